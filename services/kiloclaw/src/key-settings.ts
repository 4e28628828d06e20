/** How lists of named keys are written in a variable. */
import { SECRET_MIN_LENGTH } from '@kiloclaw/settings';
import { z } from 'zod';

const ENCRYPTION_KEY_BYTES = 32;
/** Each request's key is compared with all of them. */
const API_KEYS_MOST = 100;
/** Each fingerprint is made by all of them. */
const ENCRYPTION_KEYS_MOST = 8;

/** By commas; spaces around them don't count. */
export const entriesOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
export const list = z.string().transform(entriesOf);

export interface ApiKey {
  readonly name: string;
  readonly scope: 'full' | 'read';
  readonly key: string;
}

/** `name:scope:key`, several separated by commas: each name once, each key once. */
export const ApiKeysSchema = list
  .transform((entries, context): ApiKey[] =>
    entries.flatMap((entry) => {
      const [name, scope, key, ...more] = entry.split(':');
      const isSound = /^[A-Za-z0-9_-]{1,64}$/.test(name ?? '') && (key?.length ?? 0) >= SECRET_MIN_LENGTH;
      const hasScope = scope === 'full' || scope === 'read';
      if (!isSound || !hasScope || name === undefined || key === undefined || more.length > 0) {
        context.addIssue(
          `each entry must be name:full:key or name:read:key, the key with ${SECRET_MIN_LENGTH} characters or more and no colon`,
        );
        return [];
      }
      return [{ name, scope, key }];
    }),
  )
  .refine((keys) => keys.length <= API_KEYS_MOST, `must hold at most ${API_KEYS_MOST} keys`)
  .refine(isDistinct('name'), 'names a key twice: give each its own name')
  .refine(isDistinct('key'), 'holds a key twice: make another one with `kiloclaw keys create`');

function isDistinct<Field extends string>(field: Field) {
  return (entries: readonly Readonly<Record<Field, unknown>>[]) =>
    new Set(entries.map((entry) => entry[field])).size === entries.length;
}

export interface EncryptionKey {
  readonly id: string;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** `id:base64`, several separated by commas; the first one seals, all of them open. */
export const EncryptionKeysSchema = list
  .transform((entries, context): EncryptionKey[] =>
    entries.flatMap((entry) => {
      const [id, encoded, ...more] = entry.split(':');
      const secret = encoded === undefined ? undefined : decodeBase64(encoded);
      const isNamed = id !== undefined && /^[A-Za-z0-9_-]{1,32}$/.test(id);
      if (!isNamed || secret?.length !== ENCRYPTION_KEY_BYTES || more.length > 0) {
        context.addIssue(`each entry must be id:base64, with ${ENCRYPTION_KEY_BYTES} bytes of key`);
        return [];
      }
      return [{ id, secret }];
    }),
  )
  .refine((keys) => keys.length > 0, 'must hold at least one key')
  .refine((keys) => keys.length <= ENCRYPTION_KEYS_MOST, `must hold at most ${ENCRYPTION_KEYS_MOST} keys`)
  .refine(isDistinct('id'), 'names a key twice: give each its own id');

function decodeBase64(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
