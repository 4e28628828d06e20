/** What happens to a request before its route: an id, a bound on its body, and the check of its key. */
import { API_KEY_HEADER, BODY_MAX_BYTES, REQUEST_ID_HEADER } from '@kiloclaw/platform-contract';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import type { ApiKey } from '../key-settings.ts';
import { readSettings, type Settings } from '../settings.ts';
import { errorAnswer } from './api-error.ts';
import type { AppContext } from './context.ts';

export const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

/** Takes the caller's request id where it is sound, makes one else, and returns it. */
export const requestId = createMiddleware<AppContext>(async (c, next) => {
  const given = c.req.header(REQUEST_ID_HEADER);
  const id = given !== undefined && REQUEST_ID.test(given) ? given : crypto.randomUUID();
  c.set('requestId', id);
  await next();
  c.header(REQUEST_ID_HEADER, id);
});

export const settings = createMiddleware<AppContext>(async (c, next) => {
  c.set('settings', readSettings(c.env));
  await next();
});

export const boundedBody = bodyLimit({
  maxSize: BODY_MAX_BYTES,
  onError: (c) =>
    errorAnswer(c, {
      code: 'payload_too_large',
      message: `The body is larger than ${BODY_MAX_BYTES / 1024} KB.`,
    }),
});

/** A missing key and a wrong one get the same answer. */
export const apiKey = createMiddleware<AppContext>(async (c, next) => {
  const key = await findKey(c.get('settings'), c.req.header(API_KEY_HEADER) ?? '');
  if (key === null)
    return errorAnswer(c, { code: 'unauthorized', message: `Give a valid key in ${API_KEY_HEADER}.` });
  c.set('apiKey', key);
  return next();
});

async function findKey(settings: Settings, given: string): Promise<ApiKey | null> {
  const internal: ApiKey = { name: 'internal', scope: 'full', key: settings.KILOCLAW_INTERNAL_API_KEY };
  let found: ApiKey | null = null;
  // All of them are compared, whichever matches: the time tells nothing.
  for (const candidate of [internal, ...settings.KILOCLAW_API_KEYS]) {
    if (await isSame(given, candidate.key)) found = candidate;
  }
  return found;
}

/** Digests are compared, so that neither length nor content shows in the time. */
export async function isSame(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([digest(a), digest(b)]);
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
