/** Speaks to a container engine: which version of its API, which routes, and what counts as an answer. */
import type { z } from 'zod';
import type { LogProviderCall } from '../call-log.ts';
import { createHttp, type Fetch, HTTP_TIMING, type HttpTiming, type SendHttp } from '../http.ts';
import { VersionSchema } from './engine-answers.ts';
import { dockerError, engineError, isStray404, toldBy } from './engine-errors.ts';
import { readingLines } from './pull-progress.ts';

/** What is behind `fetch` ignores the host. */
const BASE_URL = 'http://docker';
/** Making a container can take a copy of its whole image. */
const CALL_TIMEOUT_MS = 30_000;
/** API 1.NN: the oldest that has all we ask for, and the newest that we have been tried with. */
const OLDEST_API_MINOR = 41;
const NEWEST_API_MINOR = 44;

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A pattern: `{id}` stands for `id`, encoded. */
  readonly route: string;
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  /** Some engines lack this call, and say so by a bare 404: one that is expected counts then. */
  readonly mayBeUnknown?: boolean;
  /** Statuses that are answers here, besides the 2xx. */
  readonly expected?: readonly number[];
}

export interface EngineAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly retryAfterMs?: number;
}

export interface EngineApi {
  /** Throws a ProviderError for every status that is neither 2xx nor expected. */
  ask(asked: EngineRequest): Promise<EngineAnswer>;
  askFor<T>(schema: z.ZodType<T>, asked: EngineRequest): Promise<T>;
  /** Null where the engine says 404. */
  find<T>(schema: z.ZodType<T>, asked: EngineRequest): Promise<T | null>;
  /** A call whose good answer comes line by line, until it ends. */
  follow(asked: EngineRequest, onLine: (line: string) => void): Promise<EngineAnswer>;
  /** How this engine takes a limit of CPUs. */
  cpuLimit(): Promise<CpuLimitKind>;
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** Podman's API takes `NanoCpus` too, but forgets it in an update; the two can't be combined on one container. */
export type CpuLimitKind = 'nano_cpus' | 'quota';

export interface EngineApiOptions {
  readonly fetch: Fetch;
  readonly log: LogProviderCall;
  readonly timing?: Partial<HttpTiming>;
}

function minorOf(version: string): number {
  return Number(/^1\.([0-9]+)$/.exec(version)?.[1] ?? Number.NaN);
}

type Version = z.output<typeof VersionSchema>;

/** The API version to speak, as `/v1.NN`. Throws `invalid` where the engine speaks none of ours. */
export function chooseApiVersion({ ApiVersion, MinAPIVersion = '1.0' }: Version): string {
  const minor = Math.min(minorOf(ApiVersion), NEWEST_API_MINOR);
  if (minor >= OLDEST_API_MINOR && minor >= minorOf(MinAPIVersion)) return `/v1.${minor}`;
  throw dockerError(
    'invalid',
    `The container engine speaks API ${MinAPIVersion} to ${ApiVersion}, and 1.${OLDEST_API_MINOR} to 1.${NEWEST_API_MINOR} is needed: install another release of it.`,
  );
}

export function cpuLimitOf({ Components }: Version): CpuLimitKind {
  return Components?.some(({ Name }) => /podman/i.test(Name ?? '')) ? 'quota' : 'nano_cpus';
}

/** What an engine says that was replaced by another release after its version was asked for. Nothing has happened then. */
const OTHER_VERSION = /client version \S+ is too (new|old)/i;

function pathOf(version: string, { route, id, query = {} }: EngineRequest): string {
  const path = route.replace('{id}', () => encodeURIComponent(id ?? ''));
  const search = new URLSearchParams(query).toString();
  return `${version}${path}${search === '' ? '' : `?${search}`}`;
}

/** A 2xx that is not what the API promises: an effect may have happened. */
function read<T>(schema: z.ZodType<T>, { method, route }: EngineRequest, { json }: EngineAnswer): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const kind = method === 'GET' ? 'unavailable' : 'ambiguous';
  throw dockerError(kind, `The container engine's answer to ${method} ${route} can't be understood.`, {
    cause: parsed.error,
  });
}

interface Spoken {
  readonly path: string;
  readonly cpuLimit: CpuLimitKind;
}

/** Repeats no effect: its caller looks first. */
export function createEngineApi({ fetch, log, timing }: EngineApiOptions): EngineApi {
  const now = timing?.now ?? HTTP_TIMING.now;
  const httpOver = (through: Fetch): SendHttp =>
    createHttp({
      provider: 'docker-local',
      fetch: through,
      baseUrl: BASE_URL,
      headers: {},
      log,
      timing: { callTimeoutMs: CALL_TIMEOUT_MS, ...timing },
    });
  const http = httpOver(fetch);

  async function askAt(version: string, asked: EngineRequest, send: SendHttp): Promise<EngineAnswer> {
    const { method, route, body, timeoutMs, expected = [] } = asked;
    const path = pathOf(version, asked);
    const answer = await send({ method, route, path, body, ...(timeoutMs !== undefined && { timeoutMs }) });
    const isGood = answer.status >= 200 && answer.status < 300;
    if (isStray404(answer) && asked.mayBeUnknown !== true) throw engineError(asked, answer);
    const speaksOther = answer.status === 400 && OTHER_VERSION.test(toldBy(answer.json));
    if (isGood || (expected.includes(answer.status) && !speaksOther)) return answer;
    if (speaksOther) spoken = null;
    throw engineError(asked, answer);
  }

  let spoken: Promise<Spoken> | null = null;
  function knownSpoken(): Promise<Spoken> {
    const asked: EngineRequest = { method: 'GET', route: '/version' };
    spoken ??= askAt('', asked, http)
      .then((answer) => read(VersionSchema, asked, answer))
      .then((version) => ({ path: chooseApiVersion(version), cpuLimit: cpuLimitOf(version) }))
      .catch((error: unknown) => {
        spoken = null;
        throw error;
      });
    return spoken;
  }

  const askOver = async (asked: EngineRequest, send: SendHttp) =>
    askAt((await knownSpoken()).path, asked, send);
  const ask = (asked: EngineRequest) => askOver(asked, http);
  return {
    ask,
    askFor: async (schema, asked) => read(schema, asked, await ask(asked)),
    async find(schema, asked) {
      const answer = await ask({ ...asked, expected: [404] });
      return answer.status === 404 ? null : read(schema, asked, answer);
    },
    follow: (asked, onLine) => askOver(asked, httpOver(readingLines(fetch, onLine))),
    cpuLimit: async () => (await knownSpoken()).cpuLimit,
    now,
  };
}
