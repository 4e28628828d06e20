/** A browser as the tests need one: it keeps cookies, and says where a change was asked from. */
import { z } from 'zod';

const AnswerSchema = z.union([
  z.object({ result: z.object({ data: z.unknown() }) }),
  z.object({ error: z.object({ data: z.object({ code: z.string() }), message: z.string() }) }),
]);

/** What a procedure answered: its value, or the refusal. */
export type Answer = { value: unknown; refusal: null } | { value: null; refusal: Refused };
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface Browser {
  /** Cookies by name, as they would be sent. */
  readonly cookies: Map<string, string>;
  get(path: string): Promise<Response>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  signIn(email: string, password: string): Promise<Response>;
  query(procedure: string, input?: unknown): Promise<Answer>;
  mutate(procedure: string, input?: unknown): Promise<Answer>;
}

interface BrowserOptions {
  readonly origin: string;
  readonly ip?: string;
}

/** The one header that the tests' web is told to believe. */
export const CLIENT_IP_HEADER = 'x-address-of-the-browser';

export function openBrowser(
  serve: (request: Request) => Promise<Response>,
  { origin, ip }: BrowserOptions,
): Browser {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit, headers: Readonly<Record<string, string>>) => {
    const all = new Headers(headers);
    if (ip !== undefined) all.set(CLIENT_IP_HEADER, ip);
    if (cookies.size > 0)
      all.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await serve(new Request(new URL(path, origin), { ...init, headers: all }));
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  const get = (path: string) => send(path, {}, {});
  const post: Browser['post'] = (path, body, headers = {}) =>
    send(
      path,
      { method: 'POST', body: JSON.stringify(body) },
      { origin, 'content-type': 'application/json', ...headers },
    );
  return {
    cookies,
    get,
    post,
    signIn: (email, password) => post('/api/auth/sign-in/email', { email, password }),
    query: async (procedure, input) => {
      const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      return readAnswer(await get(`/api/trpc/${procedure}${search}`));
    },
    mutate: async (procedure, input) => readAnswer(await post(`/api/trpc/${procedure}`, input ?? {})),
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';');
  const name = pair.slice(0, pair.indexOf('='));
  if (/;\s*max-age=0/i.test(line)) cookies.delete(name);
  else cookies.set(name, pair.slice(name.length + 1));
}

async function readAnswer(response: Response): Promise<Answer> {
  const answer = AnswerSchema.parse(await response.json());
  if ('result' in answer) return { value: answer.result.data, refusal: null };
  const { data, message } = answer.error;
  return { value: null, refusal: { status: response.status, code: data.code, message } };
}
