/** The rows of one page and the counts on the chips: two questions, so that neither waits for the other. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useEffect } from 'react';
import type { AppRouter } from '../../../../server/routers/app-router.ts';
import { useTRPC } from '../../../lib/trpc.ts';
import type { InstancesView } from './instances-view.ts';

type InstancesOutput = inferRouterOutputs<AppRouter>['admin']['instances'];
export type ListedInstance = InstancesOutput['list']['items'][number];
export type InstanceCounts = InstancesOutput['counts'];

const CHANGING_REFRESH_MS = 3_000;
const REFRESH_MS = 20_000;
const CHANGING: readonly string[] = ['provisioning', 'destroying'];

function refreshMs(items: readonly ListedInstance[] | undefined): number {
  return items?.some(({ status }) => CHANGING.includes(status)) ? CHANGING_REFRESH_MS : REFRESH_MS;
}

/** `after`: where the page begins, null for the first one. The next page is fetched ahead. */
export function useInstanceList({ filter, sort }: InstancesView, after: string | null) {
  const { instances } = useTRPC().admin;
  const queryClient = useQueryClient();
  const pageAt = (cursor: string | null) => ({ filter, sort, ...(cursor === null ? {} : { cursor }) });
  const list = useQuery(
    instances.list.queryOptions(pageAt(after), {
      placeholderData: keepPreviousData,
      refetchInterval: ({ state }) => refreshMs(state.data?.items),
    }),
  );
  const counts = useQuery(
    instances.counts.queryOptions(filter, { placeholderData: keepPreviousData, refetchInterval: REFRESH_MS }),
  );
  const next = list.isPlaceholderData ? undefined : (list.data?.nextCursor ?? undefined);
  useEffect(() => {
    // At each drawing: what is there already, or under way, is not asked for again.
    if (next !== undefined)
      void queryClient.prefetchQuery(
        instances.list.queryOptions(pageAt(next), { staleTime: REFRESH_MS, retry: false }),
      );
  });
  return { list, counts };
}
