/** The web's procedures, typed, for queries and mutations of pages. */
import { createTRPCClient, httpLink } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { AppRouter } from '../../server/routers/app-router.ts';

const PROCEDURES_URL = '/api/trpc';
/** Longer than the server waits for the control plane: its sentence is better than ours. */
const ANSWER_TIMEOUT_MS = 20_000;

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** One request a call: a slow answer keeps no other one waiting. */
export function createClient() {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: PROCEDURES_URL,
        fetch: (url, init) => {
          const limits = [AbortSignal.timeout(ANSWER_TIMEOUT_MS), ...(init?.signal ? [init.signal] : [])];
          return fetch(url, { ...init, signal: AbortSignal.any(limits) } as RequestInit);
        },
      }),
    ],
  });
}
