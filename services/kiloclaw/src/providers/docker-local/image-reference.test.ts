import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageReference } from './image-reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('parseImageReference', () => {
  it.each([
    ['busybox', 'busybox', 'latest'],
    ['busybox:1.36', 'busybox', '1.36'],
    ['registry.example.com:5000/team/app', 'registry.example.com:5000/team/app', 'latest'],
    ['registry.example.com:5000/team/app:v2', 'registry.example.com:5000/team/app', 'v2'],
    [`ghcr.io/team/app@${DIGEST}`, 'ghcr.io/team/app', DIGEST],
    [`ghcr.io/team/app:v2@${DIGEST}`, 'ghcr.io/team/app', DIGEST],
  ])('takes %s apart', (image, repository, tag) => {
    expect(parseImageReference(image)).toEqual({ repository, tag });
  });

  it.each(['', ' ', 'a b', 'app:', ':v1', '../etc', 'app@sha256:12', 'app?x=1', 'app&tag=y', 'a//b'])(
    'refuses %j',
    (image) => {
      expect(parseImageReference(image)).toBeNull();
    },
  );

  it('never lets anything through that a URL would read as more than a name', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1:/@.-_?&#%= ') }), (image) => {
        const reference = parseImageReference(image);
        expect(reference?.repository ?? '').toMatch(/^[\w.:/-]*$/);
        expect(reference?.tag ?? '').toMatch(/^[\w.:-]*$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
