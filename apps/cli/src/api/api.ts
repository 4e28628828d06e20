/** Calls to the platform API as commands make them: bounded in time, asked again where an answer was lost. */
import {
  type CallOptions,
  createPlatformClient,
  type PlatformAnswer,
  type RouteInput,
  type RouteName,
} from '@kiloclaw/platform-contract';
import { CliError, interrupted } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Connection } from '../profiles/connection.ts';
import type { Surroundings } from '../surroundings.ts';
import { describeFailure } from './api-failure.ts';

/** Beyond what the server may hold an answer back; looking for orphans takes longest. */
const REQUEST_TIMEOUT_MS = 120_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 300;
const PAUSE_GROWTH = 3;

export interface Api {
  readonly connection: Connection;
  /**
   * Throws a `CliError` for every failure. A change must carry an idempotency key, or be harmless twice: a lost
   * answer is asked for again with it. `attempts: 1` leaves asking again to the caller; `timeoutMs` is of each attempt.
   */
  call<Name extends RouteName>(
    name: Name,
    input: RouteInput<Name>,
    options?: CallOptions & { readonly attempts?: number; readonly timeoutMs?: number },
  ): Promise<PlatformAnswer<Name>>;
}

export function createApi(connection: Connection, { interruption, sleep }: Surroundings): Api {
  const { apiUrl, apiKey } = connection;
  return {
    connection,
    async call(name, input, { attempts = ATTEMPTS, timeoutMs = REQUEST_TIMEOUT_MS, ...options } = {}) {
      const client = createPlatformClient({
        baseUrl: apiUrl,
        apiKey,
        fetch: (request) => send(request, interruption, Math.min(timeoutMs, REQUEST_TIMEOUT_MS)),
      });
      let pauseMs = FIRST_PAUSE_MS;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await client.call(name, input, options);
        } catch (error) {
          if (interruption.aborted) throw interrupted();
          const failure = describeFailure(error, apiUrl);
          if (failure.facts.isPassing !== true || attempt >= attempts) throw failure;
        }
        await sleep(pauseMs).catch(() => {
          throw interrupted();
        });
        pauseMs *= PAUSE_GROWTH;
      }
    },
  };
}

async function send(request: Request, interruption: AbortSignal, timeoutMs: number): Promise<Response> {
  const signal = AbortSignal.any([interruption, AbortSignal.timeout(timeoutMs)]);
  // A redirect that is followed takes the key along, to wherever it leads.
  const response = await fetch(request, { signal, redirect: 'manual' });
  const location = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || location === null) return response;
  await response.body?.cancel();
  throw new CliError({
    exitCode: EXIT.unreachable,
    code: 'redirected',
    message: `${new URL(request.url).origin} answers with a redirect to ${location}.`,
    nextStep: 'Give the address that answers by itself: `kiloclaw login --url ADDRESS`.',
  });
}
