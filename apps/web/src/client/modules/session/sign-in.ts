/** Signing in and out, over the routes that set the session's cookie. */
import { z } from 'zod';

const AUTH_URL = '/api/auth';
const UNREACHABLE = 'The console can’t be reached. Check your connection and try again.';
const TROUBLE = 'Nobody can be signed in right now. Try again in a moment.';
const RefusedSchema = z.object({ error: z.object({ message: z.string() }) });
const StartedSchema = z.object({ url: z.url() });

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Null once signed in; else the sentence that says why not. */
export async function signIn(credentials: Credentials): Promise<string | null> {
  const response = await post('/sign-in/email', credentials);
  return response?.ok ? null : sentenceOf(response);
}

/** Where the provider's own page is, or the sentence that says why it can't be gone to. */
export async function startProviderSignIn(
  provider: string,
  next: string,
): Promise<{ url: string } | { refused: string }> {
  const response = await post('/sign-in/social', { provider, next });
  if (!response?.ok) return { refused: await sentenceOf(response) };
  const started = StartedSchema.safeParse(await response.json().catch(() => null));
  return started.success ? started.data : { refused: TROUBLE };
}

/** Whether the session was ended. */
export async function signOut(): Promise<boolean> {
  return (await post('/sign-out', {}))?.ok === true;
}

/** The server's own words; ours where it had none. */
async function sentenceOf(response: Response | null): Promise<string> {
  if (response === null) return UNREACHABLE;
  const refused = RefusedSchema.safeParse(await response.json().catch(() => null));
  return refused.data?.error.message ?? TROUBLE;
}

async function post(path: string, body: unknown): Promise<Response | null> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${AUTH_URL}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }).catch(
    () => null,
  );
}
