/** Signing in and out, over the auth library's routes. */
import { z } from 'zod';

const AUTH_URL = '/api/auth';
const UNREACHABLE = 'The console can’t be reached. Check your connection and try again.';
const WRONG = 'The e-mail address or the password is wrong.';
const SERVER_TROUBLE =
  'Nobody can be signed in right now: the database does not answer. Try again in a moment.';
const AnswerSchema = z.object({ message: z.string().optional() });

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Null once signed in; else the sentence that says why not. */
export async function signIn(credentials: Credentials): Promise<string | null> {
  const response = await post('/sign-in/email', credentials);
  if (response === null) return UNREACHABLE;
  if (response.ok) return null;
  if (response.status === 401 || response.status === 400) return WRONG;
  if (response.status !== 429) return SERVER_TROUBLE;
  const answer = AnswerSchema.safeParse(await response.json().catch(() => null));
  return answer.data?.message ?? 'That was too often. Wait a minute, then try again.';
}

/** Whether the session was ended. */
export async function signOut(): Promise<boolean> {
  return (await post('/sign-out', {}))?.ok === true;
}

async function post(path: string, body: unknown): Promise<Response | null> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${AUTH_URL}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }).catch(
    () => null,
  );
}
