/** The fleet in figures. */
import { type FleetOverview, fleetOverview } from '@kiloclaw/db';
import { RecentAnswers } from '../../recent-answers.ts';
import { adminProcedure, router } from '../../trpc/init.ts';

/** It reads every active row: a page that many have open asks for it no oftener than this. */
const recent = new RecentAnswers<FleetOverview & { at: string }>({ maxAgeMs: 5_000, maxEntries: 1 });

/** `at`: when it was counted, by this clock. */
const overview = adminProcedure.query(({ ctx }) =>
  recent.get('overview', async () => {
    const nowMs = Date.now();
    return { ...(await fleetOverview(ctx.registry.db, nowMs)), at: new Date(nowMs).toISOString() };
  }),
);

export const fleet = router({ overview });
