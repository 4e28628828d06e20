import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownPath } from './next-path.ts';

const ORIGIN = 'https://console.example.com';

describe('where to go after the sign-in', () => {
  it.each([
    ['/', '/'],
    ['/admin/instances?q=a%20b&page=2#top', '/admin/instances?q=a%20b&page=2#top'],
    ['/admin/../x', '/x'],
  ])('%s is a place of ours', (text, path) => expect(ownPath(text)).toBe(path));

  it.each([
    undefined,
    '',
    'admin',
    'https://elsewhere.example.com',
    '//elsewhere.example.com',
    '/\\elsewhere.example.com',
    '/\t/elsewhere.example.com',
    '/.//elsewhere.example.com',
    '/%0a/..//elsewhere.example.com',
    'javascript:alert(1)',
    `/${'x'.repeat(2_000)}`,
  ])('%j is none', (text) => expect(ownPath(text)).toBeNull());

  it('never leads off, whatever is asked for', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '@',
      ':',
      '\t',
      '\n',
      '%2f',
      'elsewhere.example',
      '?',
      '#',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = ownPath(pieces.join(''));
        if (path !== null) expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
      }),
      { numRuns: 5_000 },
    );
  });
});
