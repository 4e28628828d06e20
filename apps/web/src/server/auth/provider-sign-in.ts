/** The two routes of a sign-in by a provider: the way there, and the way back. */
import type { Context } from 'hono';
import { z } from 'zod';
import { ownPath } from '../../shared/next-path.ts';
import { answerRefusal } from '../http/answer-refusal.ts';
import type { AppContext } from '../http/context.ts';
import { log } from '../log.ts';
import { openWebRegistry } from '../registry/open-registry.ts';
import { Refusal } from '../trpc/failures.ts';
import { configuredProviders, createProviderAuth, PROVIDER_IDS, SIGN_IN_PATH } from './providers.ts';

const PROVIDER_TIMEOUT_MS = 15_000;

/** The library takes much more here: tokens from elsewhere, scopes, other places to go back to. */
const StartSchema = z.strictObject({ provider: z.enum(PROVIDER_IDS), next: z.string().optional() });

type ProviderAuth = ReturnType<typeof createProviderAuth>;

/** Answers where the browser is to go. */
export async function startProviderSignIn(c: Context<AppContext>): Promise<Response> {
  try {
    const { provider, next } = await readStart(c);
    const started = await withProviders(c, (auth) =>
      auth.api.signInSocial({
        body: {
          provider,
          callbackURL: ownPath(next) ?? '/',
          errorCallbackURL: SIGN_IN_PATH,
          disableRedirect: true,
        },
        headers: c.req.raw.headers,
        asResponse: false,
        returnHeaders: true,
      }),
    ).catch(refuseProvider);
    for (const cookie of started.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
    return c.json({ url: started.response.url });
  } catch (error) {
    return answerRefusal(c, error);
  }
}

/** Ends at the page that was asked for, or at the sign-in with one of our own words for what went wrong. */
export async function finishProviderSignIn(c: Context<AppContext>): Promise<Response> {
  try {
    const response = await withProviders(c, (auth) => auth.handler(c.req.raw));
    return withOwnError(response, c.get('origin'));
  } catch (error) {
    log.error('no answer to a provider’s callback', {
      requestId: c.get('requestId'),
      error: error instanceof Error ? error.name : 'unknown',
    });
    return c.redirect(`${SIGN_IN_PATH}?error=provider_failed`);
  }
}

async function readStart(c: Context<AppContext>) {
  const read = StartSchema.safeParse(await c.req.json().catch(() => null));
  if (read.success && configuredProviders(c.get('settings')).includes(read.data.provider)) return read.data;
  throw new Refusal('invalid_request', 'provider: name one that the sign-in page offers.');
}

/** What is asked of a provider takes as long as it likes; we don't. */
async function withProviders<Value>(
  c: Context<AppContext>,
  work: (auth: ProviderAuth) => Promise<Value>,
): Promise<Value> {
  const registry = openWebRegistry(c.env);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DOMException('The provider does not answer.', 'TimeoutError')),
      PROVIDER_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([
      work(createProviderAuth(registry.db, c.get('settings'), c.get('origin'))),
      isLate,
    ]);
  } finally {
    clearTimeout(timer);
    c.executionCtx.waitUntil(registry.close().catch(() => undefined));
  }
}

/** The library leaves out a provider that tells nothing of itself, and then does not find it. */
function refuseProvider(): never {
  throw new Refusal(
    'sign_in_provider_unavailable',
    'The sign-in service does not answer. Try again in a moment, or sign in with a password.',
  );
}

const NOT_INVITED = [
  'account_not_linked',
  'signup_disabled',
  'unable_to_create_session',
  'unable_to_link_account',
  'email_not_found',
  'email_not_verified',
];
const EXPIRED = ['state_mismatch', 'state_not_found', 'state_invalid', 'nonce_binding_missing'];

/** Providers and library have words of their own, and addresses can be made up: the page is told one of ours. */
function withOwnError(response: Response, origin: string): Response {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, origin)) return response;
  const url = new URL(location, origin);
  const code = url.searchParams.get('error');
  if (url.origin !== origin || url.pathname !== SIGN_IN_PATH || code === null) return response;
  const headers = new Headers(response.headers);
  headers.set('location', `${SIGN_IN_PATH}?error=${ownErrorCode(code)}`);
  return new Response(null, { status: response.status, headers });
}

function ownErrorCode(code: string): string {
  if (NOT_INVITED.includes(code)) return 'not_invited';
  if (EXPIRED.includes(code)) return 'sign_in_expired';
  return code === 'access_denied' ? 'provider_denied' : 'provider_failed';
}
