import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import type { CustomerInstance } from '../../../server/views/customer-view.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { CALM_MS, QUICK_MS } from '../instances/polling.ts';
import { ownPollMs } from './own-polling.ts';

/** The instance as it is now; asked every second while something moves. */
export function useOwnInstance(instanceId: string) {
  return useQuery(
    useTRPC().customer.instances.get.queryOptions(
      { instanceId },
      {
        refetchInterval: ({ state }) =>
          state.status === 'error' ? CALM_MS : ownPollMs(state.data, Date.now()),
      },
    ),
  );
}

/** What has happened, newest first: read anew while something moves, and whenever the instance is seen to be another. */
export function useOwnTimeline(instance: CustomerInstance) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { instanceId, operation, status, startedAt, stoppedAt, instanceType, volumeSizeGb } = instance;
  const isMoving = ownPollMs(instance, Date.now()) === QUICK_MS;
  const seen = JSON.stringify([operation?.id, status, startedAt, stoppedAt, instanceType, volumeSizeGb]);
  useEffect(() => {
    if (seen === '') return;
    const queryKey = trpc.customer.instances.timeline.infiniteQueryKey({ instanceId });
    void queryClient.invalidateQueries({ queryKey });
  }, [trpc, queryClient, instanceId, seen]);
  return useInfiniteQuery(
    trpc.customer.instances.timeline.infiniteQueryOptions(
      { instanceId },
      {
        getNextPageParam: ({ nextCursor }) => nextCursor,
        refetchInterval: isMoving ? QUICK_MS : false,
      },
    ),
  );
}

/** Makes all that is shown of a customer's instances be read anew. */
export function useRefreshOwn(): () => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useCallback(() => {
    void queryClient.invalidateQueries({ queryKey: trpc.customer.instances.pathKey() });
  }, [trpc, queryClient]);
}
