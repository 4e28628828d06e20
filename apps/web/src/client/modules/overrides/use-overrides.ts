import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/routers/app-router.ts';
import { useTRPC } from '../../lib/trpc.ts';

export type LentOverride = inferRouterOutputs<AppRouter>['admin']['overrides']['list']['items'][number];
export type OverrideSort = 'oldest' | 'newest';

const REFRESH_MS = 20_000;
const LEVELS_REFRESH_MS = 120_000;

/** `after`: where the page begins, null for the first one. */
export function useOverrides(sort: OverrideSort, after: string | null) {
  return useQuery(
    useTRPC().admin.overrides.list.queryOptions(
      { sort, ...(after === null ? {} : { cursor: after }) },
      { placeholderData: keepPreviousData, refetchInterval: REFRESH_MS },
    ),
  );
}

export function useLentLevels(days: number) {
  return useQuery(
    useTRPC().admin.overrides.lent.queryOptions({ days }, { refetchInterval: LEVELS_REFRESH_MS }),
  );
}
