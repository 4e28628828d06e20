import { createHmac } from 'node:crypto';

/**
 * What stands for `text` where `text` itself must not stand: nobody without the secret can tell which address it is.
 * `purpose` keeps a hash that was made for one thing from being worth anything in another.
 */
export function keyedHash(secret: string, purpose: string, text: string): string {
  return createHmac('sha256', secret).update(`${purpose}\n${text}`).digest('base64url');
}
