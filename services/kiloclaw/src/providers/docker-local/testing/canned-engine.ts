/** The adapter over an engine of canned answers. */
import type { Fetch } from '../../http.ts';
import { ProviderError } from '../../provider-error.ts';
import { ownerTags } from '../../tags.ts';
import { createDockerLocalProvider } from '../docker-local-provider.ts';
import { createEngineJudge } from '../engine-allow-list.ts';

export const TAGS = { fleetId: 'f1', instanceId: 'i1', userId: 'u1', sandboxId: 'kc-1' };
export const MB = 1_048_576;
export const SPEC = {
  size: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
  sizeSource: 'tier',
  region: null,
  image: 'ghcr.io/team/app:v1',
  env: { TOKEN: 'canary-value' },
  mountPath: '/data',
  port: 8080,
  configurationFingerprint: 'abc',
} as const;
export const LABELS = { ...ownerTags(TAGS), kiloclaw_size_source: 'tier', kiloclaw_configuration: 'abc' };
export const CONTAINER = {
  Id: 'c1',
  State: { Status: 'running' },
  Config: { Labels: LABELS },
  HostConfig: { Memory: 3072 * MB, NanoCpus: 1_000_000_000 },
};
export const VOLUME = { Name: 'kc-1-data', Labels: ownerTags(TAGS) };

export const PORTS = { first: 28_000, last: 28_003 };
const judgeEngineCall = createEngineJudge('127.0.0.1');

export type Reply = () => Response;
export const reply = (status: number, body?: unknown): Reply => {
  return () => new Response(body === undefined ? null : JSON.stringify(body), { status });
};
export const message = (status: number, text: string) => reply(status, { message: text });

/** An engine of canned answers by `METHOD /path`; the last one of a list stays. What the allow-list refuses fails. */
export function setUp(routes: Record<string, Reply[]>, clamp = false) {
  const asked: string[] = [];
  const sent: unknown[] = [];
  const logged: unknown[] = [];
  const canned: Record<string, Reply[]> = {
    'GET /version': [reply(200, { ApiVersion: '1.55', MinAPIVersion: '1.40' })],
    'GET /info': [reply(200, { NCPU: 2, MemTotal: 4096 * MB })],
    'GET /volumes/kc-1-data': [reply(200, VOLUME)],
    'GET /containers/json': [reply(200, [])],
    'POST /containers/c1/start': [reply(204)],
    ...routes,
  };
  const fetch: Fetch = async (url, init) => {
    const { pathname, search } = new URL(url);
    const method = init.method ?? 'GET';
    const verdict = judgeEngineCall({ method, path: pathname + search, body: String(init.body ?? '') });
    if (!verdict.allowed) throw new Error(`${method} ${pathname}: ${verdict.reason}`);
    const call = `${method} ${pathname.replace(/^\/v1\.[0-9]+/, '')}`;
    asked.push(call);
    if (verdict.call.body !== '') sent.push(JSON.parse(verdict.call.body));
    const replies = canned[call] ?? [];
    const next = replies.length > 1 ? replies.shift() : replies[0];
    if (next === undefined) throw new Error(`unexpected: ${call}`);
    return next();
  };
  const provider = createDockerLocalProvider({
    fetch,
    config: { clamp, portRange: PORTS, hostAddress: '127.0.0.1' },
    log: (call) => logged.push(call),
    timing: { sleep: async () => {} },
  });
  return { provider, asked, sent, logged };
}

export async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`no ProviderError, but ${error}`);
}

export const lost: Reply = () => {
  throw new TypeError('connection lost');
};
export const gone = message(404, 'No such container: kc-1');
export const progress = (...lines: object[]): Reply => {
  return () => new Response(lines.map((line) => JSON.stringify(line)).join('\r\n'), { status: 200 });
};
