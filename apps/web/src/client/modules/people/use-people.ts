/** One page of people; the page after it is fetched ahead. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTRPC } from '../../lib/trpc.ts';
import type { PeopleFilter } from './people-view.ts';

const REFRESH_MS = 20_000;

/** `after`: where the page begins, null for the first one. */
export function usePeople(filter: PeopleFilter, after: string | null) {
  const { people } = useTRPC().admin;
  const queryClient = useQueryClient();
  const pageAt = (cursor: string | null) => ({ filter, ...(cursor === null ? {} : { cursor }) });
  const list = useQuery(
    people.list.queryOptions(pageAt(after), {
      placeholderData: keepPreviousData,
      refetchInterval: REFRESH_MS,
    }),
  );
  const next = list.isPlaceholderData ? undefined : (list.data?.nextCursor ?? undefined);
  useEffect(() => {
    // At each drawing: what is there already, or under way, is not asked for again.
    if (next !== undefined)
      void queryClient.prefetchQuery(
        people.list.queryOptions(pageAt(next), { staleTime: REFRESH_MS, retry: false }),
      );
  });
  return list;
}
