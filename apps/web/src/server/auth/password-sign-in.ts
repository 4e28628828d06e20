/** Sign-in by e-mail address and password. */
import { endSessionOfOldPassword, passwordMark } from '@kiloclaw/db';
import { APIError } from 'better-auth/api';
import type { Context } from 'hono';
import { z } from 'zod';
import { answerRefusal } from '../http/answer-refusal.ts';
import { clientIp } from '../http/client-ip.ts';
import type { AppContext } from '../http/context.ts';
import { openWebRegistry } from '../registry/open-registry.ts';
import { Refusal } from '../trpc/failures.ts';
import { createAuth, PASSWORD_MAX_LENGTH } from './auth.ts';
import { EmailSchema } from './fields.ts';
import { guessBound } from './guessing.ts';
import { markKnownBrowser, readKnownBrowser } from './known-browser.ts';

const CredentialsSchema = z.strictObject({
  email: EmailSchema,
  password: z.string().min(1).max(PASSWORD_MAX_LENGTH),
});

/**
 * Answers no more than that it is so: the session's token is in a cookie that no script can read. Wrong addresses and
 * wrong passwords are refused alike, after the same work (the auth library hashes for nobody too).
 */
export async function signInWithPassword(c: Context<AppContext>): Promise<Response> {
  const registry = openWebRegistry(c.env);
  const settings = c.get('settings');
  try {
    const { email, password } = await readCredentials(c);
    const bound = guessBound(registry.db, settings.KILOCLAW_AUTH_SECRET, {
      email,
      ip: clientIp(settings, c.req.raw.headers),
      knownBrowser: readKnownBrowser(c, email),
    });
    await bound.count();
    const mark = await passwordMark(registry.db, email);
    const { headers, response } = await createAuth(registry.db, settings, c.get('origin'))
      .api.signInEmail({
        body: { email, password },
        headers: c.req.raw.headers,
        request: c.req.raw,
        // With a request at hand the library would answer a refusal instead of throwing it.
        asResponse: false,
        returnHeaders: true,
      })
      .catch(refuseCredentials);
    if (await endSessionOfOldPassword(registry.db, { token: response.token, mark })) throw wrongCredentials();
    await bound.settle();
    for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
    markKnownBrowser(c, email);
    return c.json({ signedIn: true });
  } catch (error) {
    return answerRefusal(c, error);
  } finally {
    c.executionCtx.waitUntil(registry.close().catch(() => undefined));
  }
}

async function readCredentials(c: Context<AppContext>) {
  const read = CredentialsSchema.safeParse(await c.req.json().catch(() => null));
  if (read.success) return read.data;
  const fields = [...new Set(read.error.issues.map(({ path }) => path.join('.') || 'request'))];
  throw new Refusal(
    'invalid_request',
    `Give an e-mail address and a password, both as text (${fields.join(', ')}).`,
  );
}

/** Somebody who is banned is told no more than somebody who is not there. */
function refuseCredentials(error: unknown): never {
  if (error instanceof APIError && error.statusCode < 500) throw wrongCredentials();
  throw error;
}

const wrongCredentials = () =>
  new Refusal('wrong_credentials', 'The e-mail address or the password is wrong.');
