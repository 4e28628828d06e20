import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../flags.ts';
import { DOCUMENTS, differenceOf, writeDocuments } from './documents.ts';

describe('a generated document', () => {
  it.each(DOCUMENTS)('$path is in the repository as the code gives it', async (document) => {
    expect(await differenceOf(document, REPOSITORY_ROOT)).toBeNull();
  });
});

describe('writing the documents', () => {
  const document = { path: 'one.md', render: () => 'as it should be\n' };
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kiloclaw-documents-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('names a document that is missing or differs, and the command that mends it', async () => {
    expect(await differenceOf(document, root)).toBe('one.md is not there: run "npm run documents".');
    await writeFile(join(root, 'one.md'), 'as it was\n');
    expect(await differenceOf(document, root)).toBe(
      'one.md is not what the code gives: run "npm run documents".',
    );
  });

  it('writes what differs, and nothing the second time', async () => {
    expect(await writeDocuments([document], root)).toEqual(['one.md']);
    expect(await readFile(join(root, 'one.md'), 'utf8')).toBe('as it should be\n');
    expect(await writeDocuments([document], root)).toEqual([]);
  });
});
