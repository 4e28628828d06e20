import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC, useTRPCClient } from '../../lib/trpc.ts';
import { notify } from '../../ui/toast.tsx';
import { CALM_MS, pollIntervalMs } from './polling.ts';

export interface InstanceTarget {
  readonly userId: string;
  readonly instanceId: string;
}

/** The instance as it says itself that it is; asked again and again as long as the page is looked at. */
export function useInstance({ userId, instanceId }: InstanceTarget) {
  const trpc = useTRPC();
  return useQuery(
    trpc.admin.instances.get.queryOptions(
      { userId, instanceId },
      {
        refetchInterval: ({ state }) =>
          state.status === 'error' ? CALM_MS : pollIntervalMs(state.data?.view, Date.now()),
      },
    ),
  );
}

/** `Look now`: the provider is asked at once, and the page shows what it says. */
export function useLookNow({ userId, instanceId }: InstanceTarget) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => client.admin.instances.get.query({ userId, instanceId, live: true }),
    onSuccess: (seen) =>
      queryClient.setQueryData(trpc.admin.instances.get.queryKey({ userId, instanceId }), seen),
    onError: (error) => notify.failure('The provider could not be asked', failureOf(error).message),
  });
}

/** Makes everything that the page shows of the instance be read anew. */
export function useRefreshInstance({ userId, instanceId }: InstanceTarget): () => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useCallback(() => {
    for (const queryKey of [
      trpc.admin.instances.get.queryKey({ userId, instanceId }),
      trpc.admin.instances.operations.pathKey(),
      trpc.admin.instances.owner.queryKey({ instanceId }),
    ])
      void queryClient.invalidateQueries({ queryKey });
  }, [trpc, queryClient, userId, instanceId]);
}
