/**
 * A mark that a browser keeps of an account it has signed in to: guesses that others make at the account don't keep
 * this browser out, so that nobody can lock a person out for good. It signs nobody in.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { AppContext } from '../http/context.ts';
import { AUTH_PATH } from './auth.ts';
import { keyedHash } from './keyed-hash.ts';

const KEPT_S = 180 * 24 * 60 * 60;
const MARK_BYTES = 16;

const isSecure = (c: Context<AppContext>) => c.get('origin').startsWith('https:');
const cookieName = (c: Context<AppContext>) => `${isSecure(c) ? '__Secure-' : ''}kiloclaw.known_browser`;

function signatureOf(c: Context<AppContext>, email: string, mark: string): string {
  return keyedHash(c.get('settings').KILOCLAW_AUTH_SECRET, 'known-browser', `${email} ${mark}`);
}

/** The browser's mark for this account; null where it has none of ours. */
export function readKnownBrowser(c: Context<AppContext>, email: string): string | null {
  const [mark = '', signature = ''] = (getCookie(c, cookieName(c)) ?? '').split('.');
  const expected = Buffer.from(signatureOf(c, email, mark));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? mark : null;
}

/** A new mark at each sign-in: a stolen one is worth its count alone. */
export function markKnownBrowser(c: Context<AppContext>, email: string): void {
  const mark = randomBytes(MARK_BYTES).toString('base64url');
  setCookie(c, cookieName(c), `${mark}.${signatureOf(c, email, mark)}`, {
    path: AUTH_PATH,
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(c),
    maxAge: KEPT_S,
  });
}
