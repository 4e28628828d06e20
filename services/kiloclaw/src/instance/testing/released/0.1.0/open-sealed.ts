/** How release 0.1.0 opens what is sealed: `v1.<key id>.<iv>.<text with its tag>`, AES-256-GCM. Frozen, never changed. */
import { createDecipheriv } from 'node:crypto';

const TAG_BYTES = 16;

/** Of `field` (`env` or `secrets`) of an instance; null where it would not know the text, or lack its key. */
export function openSealed(
  keys: ReadonlyMap<string, Uint8Array>,
  sealed: string,
  instanceId: string,
  field: 'env' | 'secrets',
): string | null {
  const [format, keyId = '', iv = '', ciphertext = ''] = sealed.split('.');
  const key = keys.get(keyId);
  if (format !== 'v1' || key === undefined) return null;
  const bytes = Buffer.from(ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'));
  decipher.setAAD(Buffer.from(`${instanceId}/${field}`));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
