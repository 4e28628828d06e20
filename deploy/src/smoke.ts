/** A few calls that show whether an installation works from outside: each is tried until it passes, for a bounded time. */
import { setTimeout as delay } from 'node:timers/promises';
import { API_BASE, API_KEY_HEADER } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { DeployError } from './deploy-error.ts';

/** A domain that is new at Cloudflare has its certificate after a minute or two. */
const TIMEOUT_MS = 180_000;
const POLL_MS = 2_000;
const REQUEST_TIMEOUT_MS = 15_000;
const TOLD_CHARACTERS_MAX = 200;
/** Long enough to be one; nobody has it. */
const WRONG_KEY = 'a-key-that-nobody-has-been-given';
const UNKNOWN_LINK = 'a-link-that-nobody-has-made';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Check {
  readonly title: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly passes: (answer: Answer) => boolean;
  /** What to look at where it never does. */
  readonly lookAt: string;
}

export interface SmokeOptions {
  readonly timeoutMs?: number;
  readonly pollMs?: number;
  readonly fetch?: typeof globalThis.fetch;
}

const isJson = (schema: z.ZodType, text: string) => {
  try {
    return schema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
};

const READY = z.object({ objects: z.literal('ok'), registry: z.literal('ok') });
const TIERS = z.object({ tiers: z.array(z.unknown()).min(1) });
const UNUSABLE_LINK = z.object({
  error: z.object({ data: z.object({ code: z.literal('invitation_unusable') }) }),
});

function apiChecks(apiKey: string): Check[] {
  const withKey = (key: string): RequestInit => ({ headers: { [API_KEY_HEADER]: key } });
  return [
    { title: 'the control plane answers', path: '/healthz', passes: isOk, lookAt: 'its domain and its log' },
    {
      title: 'it has its objects and its database',
      path: '/readyz',
      passes: ({ status, text }) => status === 200 && isJson(READY, text),
      lookAt:
        'Hyperdrive: can Cloudflare reach the database? New passwords are made with --renew-database-passwords',
    },
    {
      title: 'its key opens the platform API',
      path: `${API_BASE}/tiers`,
      init: withKey(apiKey),
      passes: ({ status, text }) => status === 200 && isJson(TIERS, text),
      lookAt: 'its settings, which its log names',
    },
    {
      title: 'a wrong key does not',
      path: `${API_BASE}/tiers`,
      init: withKey(WRONG_KEY),
      passes: ({ status }) => status === 401,
      lookAt: 'what answers there instead of the control plane',
    },
  ];
}

function webChecks(origin: string): Check[] {
  return [
    {
      title: 'the sign-in page is there, with its content security policy',
      path: '/sign-in',
      passes: ({ status, headers }) =>
        status === 200 &&
        (headers.get('content-type') ?? '').startsWith('text/html') &&
        (headers.get('content-security-policy') ?? '').includes("default-src 'none'"),
      lookAt: 'its domain, its settings and its log',
    },
    {
      title: 'the console has its database',
      path: '/api/trpc/public.invitation',
      init: {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ token: UNKNOWN_LINK }),
      },
      passes: ({ text }) => isJson(UNUSABLE_LINK, text),
      lookAt: 'Hyperdrive, as above, and that KILOCLAW_WEB_ORIGIN is its address',
    },
  ];
}

const isOk = ({ status }: Answer) => status === 200;

/** Throws `DeployError` that names the first check that does not pass in time, and the answer. */
export function smokeTestApi(url: string, apiKey: string, options: SmokeOptions = {}): Promise<string> {
  return passAll(url, apiChecks(apiKey), options);
}

/** `origin` is what browsers say they come from: the same as `url`, but for a test behind no proxy. */
export function smokeTestWeb(url: string, origin: string, options: SmokeOptions = {}): Promise<string> {
  return passAll(url, webChecks(origin), options);
}

async function passAll(url: string, checks: readonly Check[], options: SmokeOptions): Promise<string> {
  const { timeoutMs = TIMEOUT_MS, pollMs = POLL_MS, fetch = globalThis.fetch } = options;
  const deadline = Date.now() + timeoutMs;
  for (const check of checks) {
    let last = await tryOnce(fetch, url, check);
    while (last !== null && Date.now() < deadline) {
      await delay(pollMs);
      last = await tryOnce(fetch, url, check);
    }
    if (last !== null)
      throw new DeployError(
        `Not so: ${check.title}. ${check.init?.method ?? 'GET'} ${url}${check.path} answered ${last}. Look at ${check.lookAt}.`,
      );
  }
  return checks.map(({ title }) => title).join('; ');
}

/** Null where it passes, else what was answered. */
async function tryOnce(
  fetch: typeof globalThis.fetch,
  url: string,
  { path, init, passes }: Check,
): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const answer = await answerOf(await fetch(`${url}${path}`, { ...init, signal, redirect: 'manual' }));
    if (passes(answer)) return null;
    return `${answer.status} ${answer.text.slice(0, TOLD_CHARACTERS_MAX)}`.trim();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `nothing (${cause instanceof Error ? cause.message : 'unknown error'})`;
  }
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}
