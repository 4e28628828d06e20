/** Calls to the cloud in memory: what its answers look like, and which kind of error each refusal is. */
import { MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { z } from 'zod';
import type { LogProviderCall } from '../../call-log.ts';
import { createHttp, type Fetch, type HttpTiming } from '../../http.ts';
import type { HttpAnswer, HttpRequest } from '../../http-exchange.ts';
import { ProviderError, type ProviderErrorKind } from '../../provider-error.ts';

/** `ProviderIdSchema` of the contract is where a provider's own id goes; the example borrows one. */
export const PROVIDER_ID = 'fly';

const LabelsSchema = z.record(z.string(), z.string());
/** Parsed, never cast: a size or a state in other words is told as unknown, and the rest is believed. */
export const MachineSchema = z.object({
  name: z.string(),
  labels: LabelsSchema,
  power: z.string(),
  size: MachineSizeSchema.nullable().catch(null),
  volume: z.string(),
});
export const VolumeSchema = z.object({
  name: z.string(),
  labels: LabelsSchema,
  size_gb: z.int().positive().nullable().catch(null),
});
export const NamesSchema = z.object({ items: z.array(z.object({ name: z.string(), labels: LabelsSchema })) });

const BY_WORD: Readonly<Record<string, ProviderErrorKind>> = {
  'volume in use': 'precondition',
  'no such volume': 'precondition',
  'no room': 'host_full',
};
const BY_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  400: 'invalid',
  401: 'auth',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
};
const RefusalSchema = z.object({ error: z.string() });

export function memoryError(kind: ProviderErrorKind, message: string): ProviderError {
  return new ProviderError({ provider: PROVIDER_ID, kind, message });
}

/** By the word, then by the status; what is not in the cloud's own form proves nothing. */
function refusalOf({ method, route }: HttpRequest, answer: HttpAnswer): ProviderError {
  const word = RefusalSchema.safeParse(answer.json).data?.error;
  const inDoubt = method === 'GET' ? 'unavailable' : 'ambiguous';
  const known = word === undefined ? undefined : (BY_WORD[word] ?? BY_STATUS[answer.status]);
  const kind = answer.status === 429 ? 'rate_limited' : (known ?? inDoubt);
  return new ProviderError({
    provider: PROVIDER_ID,
    kind,
    // The word is looked up and not repeated: a provider may echo what it was sent.
    message: `The cloud in memory answered ${answer.status} to ${method} ${route}.`,
    httpStatus: answer.status,
    ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
  });
}

export interface MemoryApi {
  /** The parsed answer. Throws a `ProviderError` for every refusal. */
  call<T>(schema: z.ZodType<T>, request: HttpRequest): Promise<T>;
  /** Null on the cloud's own 404. */
  find<T>(schema: z.ZodType<T>, request: HttpRequest): Promise<T | null>;
}

export interface MemoryOptions {
  readonly fetch: Fetch;
  readonly token: string;
  readonly log: LogProviderCall;
  readonly timing?: Partial<HttpTiming>;
}

export function createMemoryApi({ fetch, token, log, timing }: MemoryOptions): MemoryApi {
  const send = createHttp({
    provider: PROVIDER_ID,
    fetch,
    baseUrl: 'http://cloud.example.com',
    headers: { authorization: `Bearer ${token}` },
    log,
    ...(timing && { timing }),
  });
  async function call<T>(schema: z.ZodType<T>, request: HttpRequest): Promise<T> {
    const answer = await send(request);
    if (answer.status >= 300) throw refusalOf(request, answer);
    const parsed = schema.safeParse(answer.json);
    if (parsed.success) return parsed.data;
    const inDoubt = request.method === 'GET' ? 'unavailable' : 'ambiguous';
    throw memoryError(inDoubt, `The cloud's answer to ${request.method} ${request.route} can't be read.`);
  }
  return {
    call,
    find: (schema, request) =>
      call(schema, request).catch((error: unknown) => {
        if (error instanceof ProviderError && error.kind === 'not_found') return null;
        throw error;
      }),
  };
}
