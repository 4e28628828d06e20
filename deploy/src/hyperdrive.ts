/**
 * Hyperdrive configurations, over Cloudflare's API with the sign-in that wrangler has: wrangler's own command takes the
 * database's password as an argument, where every process of the machine can read it.
 */
import { z } from 'zod';
import { DeployError } from './deploy-error.ts';
import { type Env, given } from './env-files.ts';

const DEFAULT_API_BASE = 'https://api.cloudflare.com/client/v4';
const TIMEOUT_MS = 60_000;
const PAGE_SIZE = 100;
const PAGES_MAX = 50;
const DEFAULT_POSTGRES_PORT = 5_432;

/** As `wrangler auth token --json` tells it. */
export const SignInSchema = z.union([
  z.object({ type: z.enum(['oauth', 'api_token']), token: z.string().min(1) }),
  z.object({ type: z.literal('api_key'), key: z.string().min(1), email: z.string().min(1) }),
]);
export type SignIn = z.infer<typeof SignInSchema>;

const ConfigSchema = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.looseObject({
    host: z.string().optional(),
    port: z.number().optional(),
    database: z.string().optional(),
    user: z.string().optional(),
  }),
  caching: z.looseObject({ disabled: z.boolean().optional() }).optional(),
});
export type HyperdriveConfig = z.infer<typeof ConfigSchema>;

const AnswerSchema = z.object({
  success: z.boolean(),
  errors: z.array(z.looseObject({ code: z.number().optional(), message: z.string() })).default([]),
  result: z.unknown(),
});

export interface Hyperdrive {
  /** Null where there is none of this name. */
  find(name: string): Promise<HyperdriveConfig | null>;
  /** Makes it, or brings it to this origin; answers its id. `url` holds the password, which no answer tells again. */
  put(name: string, url: string, known: HyperdriveConfig | null): Promise<string>;
}

/** Whether it leads where `url` does, as the same user, and keeps no answers. The password can't be compared. */
export function leadsTo({ origin, caching }: HyperdriveConfig, url: string): boolean {
  const { password: _, scheme: __, ...wanted } = originOf(url);
  const isSame = Object.entries(wanted).every(([key, value]) => origin[key] === value);
  return isSame && caching?.disabled === true;
}

function originOf(text: string) {
  const url = new URL(text);
  return {
    scheme: 'postgres',
    host: url.hostname,
    port: url.port === '' ? DEFAULT_POSTGRES_PORT : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

export function openHyperdrive(env: Env, accountId: string, signIn: SignIn): Hyperdrive {
  const base = `${given(env, 'CLOUDFLARE_API_BASE_URL') ?? DEFAULT_API_BASE}/accounts/${accountId}/hyperdrive/configs`;
  const ask = <Result>(result: z.ZodType<Result>, method: string, path: string, body?: object) =>
    request(`${base}${path}`, { method, headers: headersOf(signIn), body }, result);
  return {
    find: async (name) => {
      for (let page = 1; page <= PAGES_MAX; page += 1) {
        const found = await ask(z.array(ConfigSchema), 'GET', `?page=${page}&per_page=${PAGE_SIZE}`);
        const config = found.find((one) => one.name === name);
        if (config !== undefined) return config;
        if (found.length < PAGE_SIZE) return null;
      }
      throw new DeployError(
        `This account has more than ${PAGES_MAX * PAGE_SIZE} Hyperdrive configurations: remove some.`,
      );
    },
    put: async (name, url, known) => {
      // What the web and the control plane write they read back: no answer may come from a cache.
      const body = { name, origin: originOf(url), caching: { disabled: true } };
      const [method, path] = known === null ? ['POST', ''] : ['PATCH', `/${known.id}`];
      return (await ask(ConfigSchema, method, path, body)).id;
    },
  };
}

function headersOf(signIn: SignIn): Record<string, string> {
  if (signIn.type === 'api_key') return { 'x-auth-key': signIn.key, 'x-auth-email': signIn.email };
  return { authorization: `Bearer ${signIn.token}` };
}

async function request<Result>(
  url: string,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: object | undefined },
  result: z.ZodType<Result>,
): Promise<Result> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.name : 'unknown error';
    throw new DeployError(
      `Cloudflare's API did not answer (${why}): look at the network, or at its status page.`,
    );
  });
  const answer = AnswerSchema.safeParse(await response.json().catch(() => null));
  if (!answer.success)
    throw new DeployError(`Cloudflare's API answered ${response.status} without a reason.`);
  if (!answer.data.success) {
    // Its words on a database that refuses name host and user, never the password.
    const reasons = answer.data.errors.map(({ code, message }) => `${message} (${code ?? 'no code'})`);
    throw new DeployError(`Cloudflare's API answered ${response.status}: ${reasons.join('; ')}`);
  }
  const read = result.safeParse(answer.data.result);
  if (read.success) return read.data;
  throw new DeployError("Cloudflare's API answered with a Hyperdrive configuration that is not understood.");
}
