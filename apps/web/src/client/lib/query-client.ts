/** Queries and mutations of the whole app: who was signed out meanwhile is asked to sign in again, in one place. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { failureOf, isSignedOut } from './failure.ts';

const RETRIES_MAX = 1;
/** A second try helps where the way was cut, not where the answer was no. */
const WORTH_A_RETRY = ['unreachable', 'control_plane_unavailable', 'registry_unavailable', 'overloaded'];

export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 1_000,
        retry: (failures, error) => failures < RETRIES_MAX && WORTH_A_RETRY.includes(failureOf(error).code),
        // Pages say themselves that the network is away.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
