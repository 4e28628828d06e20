/** Tells a secret that somebody typed from one that a machine drew: not how good it is, but what it can't be. */
import type { SecretEncoding } from './facts.ts';

/** 24 random hexadecimal digits have fewer once in ten thousand; longer secrets and larger alphabets practically never. */
const DISTINCT_CHARACTERS_LEAST = 8;
/** Of 32 random bytes some 30 differ. */
const DISTINCT_BYTES_LEAST = 16;
/** How many neighbours may follow each other as in an alphabet; of random digits about a fifth do. */
const SEQUENCE_SHARE_MOST = 0.5;

/** Words that people write where a secret belongs, by themselves or between hyphens. */
const TYPED_WORDS =
  /(^|[-_. ])(test|tests|demo|dummy|secret|password|passphrase|admin|default|kiloclaw|internal|canary|sample)([-_. ]|$)/i;

/** Why the secret can't be a random one, as a part of a sentence and without the secret; null where nothing tells. */
export function weaknessOf(text: string, encoding: SecretEncoding): string | null {
  return encoding === 'base64' ? weaknessOfBytes(text) : weaknessOfText(text);
}

function weaknessOfText(text: string): string | null {
  if (TYPED_WORDS.test(text)) return 'with words in it';
  const codes = Array.from(text, (character) => character.charCodeAt(0));
  return weaknessOfSequence(codes, DISTINCT_CHARACTERS_LEAST);
}

function weaknessOfBytes(text: string): string | null {
  const bytes = Array.from(atob(text), (character) => character.charCodeAt(0));
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return 'since its bytes are a text';
  return weaknessOfSequence(bytes, DISTINCT_BYTES_LEAST);
}

function weaknessOfSequence(codes: readonly number[], distinctLeast: number): string | null {
  if (new Set(codes).size < distinctLeast) return 'with too few different characters';
  if (isRepeated(codes)) return 'since it repeats itself';
  const inOrder = codes.filter((code, index) => index > 0 && Math.abs(code - (codes[index - 1] ?? 0)) <= 1);
  return inOrder.length > codes.length * SEQUENCE_SHARE_MOST ? 'with characters in order' : null;
}

/** Whether it is one piece, two times or more, perhaps cut off at the end. */
function isRepeated(codes: readonly number[]): boolean {
  for (let period = 1; period <= codes.length / 2; period += 1) {
    if (codes.every((code, index) => index < period || code === codes[index - period])) return true;
  }
  return false;
}
