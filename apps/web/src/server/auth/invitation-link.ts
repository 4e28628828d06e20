/**
 * Links by which a person sets a password. The token stands in the link alone, and there in the fragment, which a browser
 * sends to nobody: no log of requests holds it. What is stored is its hash.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { LinkToken } from '@kiloclaw/db';

const TOKEN_BYTES = 32;
const VALID_MS = 72 * 60 * 60 * 1000;
export const TOKEN_MAX_LENGTH = 100;

export interface MadeLink {
  readonly stored: LinkToken;
  /** For the admin, who is shown it once and hands it over. */
  readonly told: { readonly link: string; readonly expiresAt: string };
}

export function makeLink(origin: string): MadeLink {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expiresAt = new Date(Date.now() + VALID_MS);
  return {
    stored: { tokenHash: hashToken(token), expiresAt },
    told: { link: `${origin}/invitation#${token}`, expiresAt: expiresAt.toISOString() },
  };
}

/** No salt and no slow hash: a token of 256 random bits can't be guessed from it. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
