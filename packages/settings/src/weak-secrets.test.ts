import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { weaknessOf } from './weak-secrets.ts';

const DRAWS = 2_000;

describe('a secret', () => {
  it.each([
    ['x'.repeat(32), 'too few different'],
    ['abababababababababababab', 'too few different'],
    ['correct-horse-battery-staple-password', 'words'],
    ['internal-key-3f9a8c7e2b1d4056', 'words'],
    ['0123456789abcdefghijklmnop', 'in order'],
    ['k3J9xQ7zLm2Wk3J9xQ7zLm2Wk3J9', 'repeats itself'],
  ])('is weak that somebody typed: %s', (text, because) => {
    expect(weaknessOf(text, 'text')).toContain(because);
  });

  it.each([
    [Buffer.alloc(32, 7), 'too few different'],
    [Buffer.from('canary-encryption-key-32-bytes-!'), 'a text'],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => 200 + index)), 'in order'],
    [Buffer.concat([Buffer.alloc(16, 'àéîõü'), Buffer.alloc(16, 'àéîõü')]), 'too few different'],
  ])('is weak whose bytes are none of chance: %j', (bytes, because) => {
    expect(weaknessOf(bytes.toString('base64'), 'base64')).toContain(because);
  });

  it('is not weak that a machine drew, in every way to write it', () => {
    for (let draw = 0; draw < DRAWS; draw += 1) {
      const bytes = randomBytes(32);
      expect(weaknessOf(bytes.toString('hex'), 'text')).toBeNull();
      expect(weaknessOf(bytes.toString('base64'), 'base64')).toBeNull();
      expect(weaknessOf(`${randomBytes(24).toString('base64')}`, 'text')).toBeNull();
    }
  });
});
