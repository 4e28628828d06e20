import { countInstances, type InstanceCounts } from '@kiloclaw/db';
import { RecentAnswers } from '../../../recent-answers.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { InstanceFilterSchema } from './filter.ts';

/** The list itself is never older than its request: its rows are what one acts on. */
const recent = new RecentAnswers<InstanceCounts>({ maxAgeMs: 5_000, maxEntries: 500 });

/** The figures on the filter chips, some seconds old at most. */
export const counts = adminProcedure
  .input(InstanceFilterSchema)
  .query(({ ctx, input }) => recent.get(input, () => countInstances(ctx.registry.db, input)));
