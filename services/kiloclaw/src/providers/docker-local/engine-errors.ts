/** An engine's refusals as the one taxonomy of provider errors. Pure. */
import { z } from 'zod';
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts';

const MAX_TOLD_CHARS = 300;
const MessageSchema = z.object({ message: z.string() });

const PORT_TAKEN = /port is already allocated|address already in use/i;

/** By words first: one status stands for several kinds. Wording differs in case between engine versions. */
const BY_WORDS: readonly (readonly [RegExp, ProviderErrorKind])[] = [
  [/range of cpus is from/i, 'host_too_small'],
  // Of a release that came while we spoke to the one before: the next try asks for its version anew.
  [/client version \S+ is too (new|old)/i, 'unavailable'],
  [PORT_TAKEN, 'unavailable'],
  [
    /volume is (in use|being used)|removal of container .* is already in progress|container is running/i,
    'precondition',
  ],
  [/no command specified|executable file not found|OCI runtime create failed/i, 'invalid'],
];

const BY_STATUS: Readonly<Record<number, ProviderErrorKind>> = {
  400: 'invalid',
  401: 'auth',
  403: 'invalid',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
};

function sentenceIn(json: unknown): string {
  return MessageSchema.safeParse(json).data?.message ?? '';
}

/** The engine's own sentence, shortened; '' where the answer holds none. */
export function toldBy(json: unknown): string {
  return sentenceIn(json).slice(0, MAX_TOLD_CHARS);
}

/** Whether a creation was refused since the name is taken: a 409 of Docker's, a 500 of Podman's. */
export function isNameTaken({ status, json }: { readonly status: number; readonly json: unknown }): boolean {
  return status === 409 || (status === 500 && /name .* is already in use/i.test(toldBy(json)));
}

/** Whether a start was refused since somebody else has the port. */
export function isPortTaken(json: unknown): boolean {
  return PORT_TAKEN.test(toldBy(json));
}

/** Whether a 404 is somebody else's: a proxy's page proves no absence, while an engine says what it misses. */
export function isStray404({ status, json }: { readonly status: number; readonly json: unknown }): boolean {
  return status === 404 && !MessageSchema.safeParse(json).success;
}

interface Refused {
  readonly method: string;
  readonly route: string;
  readonly body?: unknown;
}

interface Refusal {
  readonly status: number;
  readonly json: unknown;
  readonly retryAfterMs?: number;
}

export function engineError({ method, route, body }: Refused, answer: Refusal): ProviderError {
  const { status, json, retryAfterMs } = answer;
  const told = withoutEnvironment(sentenceIn(json), body);
  // A gateway that lost the engine's answer can't say whether the effect took place.
  const isLost = (status === 502 || status === 504 || isStray404(answer)) && method !== 'GET';
  const byWords = BY_WORDS.find(([words]) => words.test(told))?.[1];
  const byStatus = isStray404(answer) ? 'unavailable' : BY_STATUS[status];
  const kind = isLost ? 'ambiguous' : (byWords ?? byStatus ?? 'unavailable');
  const sentence = told.slice(0, MAX_TOLD_CHARS) || 'no reason given';
  const message = `The container engine answered ${status} to ${method} ${route}: ${sentence}`;
  return dockerError(kind, message, {
    httpStatus: status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

const EnvironmentSchema = z.object({ Env: z.array(z.string()) });
/** A shorter value could stand for anything in a sentence; behind its variable's name it is found all the same. */
const TELLING_CHARS = 4;

/** The sentence without the environment of the container that was asked for: an engine may repeat what it was sent. */
function withoutEnvironment(sentence: string, body: unknown): string {
  let left = sentence;
  for (const entry of EnvironmentSchema.safeParse(body).data?.Env ?? []) {
    const value = entry.slice(entry.indexOf('=') + 1);
    const spellings =
      value.length < TELLING_CHARS ? [entry] : [entry, value, JSON.stringify(value).slice(1, -1)];
    for (const spelling of spellings) left = left.replaceAll(spelling, () => '…');
  }
  return left;
}

export function dockerError(
  kind: ProviderErrorKind,
  message: string,
  more: {
    httpStatus?: number;
    retryAfterMs?: number;
    details?: Record<string, unknown>;
    cause?: unknown;
  } = {},
): ProviderError {
  return new ProviderError({ provider: 'docker-local', kind, message, ...more });
}
