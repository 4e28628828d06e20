import { describe, expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../flags.ts';
import { brokenLinks } from './testing/broken-links.ts';
import { ourDocuments } from './testing/our-documents.ts';

describe('brokenLinks', () => {
  test('none of our documents has one', async () => {
    const documents = await ourDocuments();
    expect(documents.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'docs/architecture.md', 'simulators/fly/README.md']),
    );
    expect(brokenLinks(REPOSITORY_ROOT, documents)).toEqual([]);
  });

  test('finds a file, a picture and a heading that are not there, with their line', () => {
    const links = [
      '[a](../README.md)',
      '[b](gone.md)',
      '![c](gone.png)',
      '[d](#here-and-now)',
      '[e](#there)',
    ];
    const text = `# Here, and *now*\n\n${links.join('\n')}\n[f](../README.md#the-parts)\n\n[g]: gone-too.md\n`;
    const documents = [
      { path: 'docs/a.md', text },
      { path: 'README.md', text: '# KiloClaw\n' },
    ];
    expect(brokenLinks(REPOSITORY_ROOT, documents).map(({ line, target }) => [line, target])).toEqual([
      [4, 'gone.md'],
      [5, 'gone.png'],
      [7, '#there'],
      [8, '../README.md#the-parts'],
      [10, 'gone-too.md'],
    ]);
  });

  test('leaves addresses elsewhere alone', () => {
    const text = '[a](https://example.com/gone) [b](mailto:alice@example.com)\n';
    expect(brokenLinks(REPOSITORY_ROOT, [{ path: 'a.md', text }])).toEqual([]);
  });
});
