/** AES-256-GCM under keys from the environment. A sealed text names its key, so that keys can be rotated. */
import type { Fingerprint, Vault } from './instance/deps.ts';
import type { EncryptionKey } from './key-settings.ts';

const IV_BYTES = 12;
const FORMAT = 'v1';

export class VaultError extends Error {
  override readonly name = 'VaultError';
}

const utf8 = new TextEncoder();

/** As `seal` writes it. */
const SEALED = new RegExp(`${FORMAT}\\.([A-Za-z0-9_-]{1,32})\\.[A-Za-z0-9+/]{16}\\.[A-Za-z0-9+/]{22,}`, 'g');

/** The first key seals, all of them open. */
export function createVault(keys: readonly EncryptionKey[]): Vault {
  const [current, ...older] = keys;
  if (current === undefined) throw new VaultError('KILOCLAW_ENCRYPTION_KEYS holds no key.');
  return {
    seal: (plaintext, purpose) => seal(current, plaintext, purpose),
    open: (sealed, purpose) => open(keys, sealed, purpose),
    fingerprints: async (text) => [
      await fingerprint(current, text),
      ...(await Promise.all(older.map((key) => fingerprint(key, text)))),
    ],
    keysIn: (text) => Array.from(text.matchAll(SEALED), ([, keyId = '']) => keyId),
    currentKeyId: current.id,
  };
}

async function seal(key: EncryptionKey, plaintext: string, purpose: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const cipher = { name: 'AES-GCM', iv, additionalData: utf8.encode(purpose) };
  const sealed = await crypto.subtle.encrypt(cipher, await aesKey(key), utf8.encode(plaintext));
  return [FORMAT, key.id, encodeBase64(iv), encodeBase64(new Uint8Array(sealed))].join('.');
}

async function open(keys: readonly EncryptionKey[], sealed: string, purpose: string): Promise<string> {
  const [format, keyId, iv, ciphertext] = sealed.split('.');
  if (format !== FORMAT || iv === undefined || ciphertext === undefined) {
    throw new VaultError('A sealed text has an unknown format.');
  }
  const key = keys.find(({ id }) => id === keyId);
  if (key === undefined)
    throw new VaultError(`KILOCLAW_ENCRYPTION_KEYS lacks the key ${keyId}: add it behind the current one.`);
  const cipher = { name: 'AES-GCM', iv: decodeBase64(iv), additionalData: utf8.encode(purpose) };
  return new TextDecoder().decode(
    await crypto.subtle.decrypt(cipher, await aesKey(key), decodeBase64(ciphertext)),
  );
}

async function fingerprint(key: EncryptionKey, text: string): Promise<Fingerprint> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const hmacKey = await crypto.subtle.importKey('raw', key.secret, hmac, false, ['sign']);
  const signed = new Uint8Array(await crypto.subtle.sign('HMAC', hmacKey, utf8.encode(text)));
  const hash = Array.from(signed.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { keyId: key.id, hash };
}

function aesKey(key: EncryptionKey): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key.secret, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function decodeBase64(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}
