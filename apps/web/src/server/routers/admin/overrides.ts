/** Every size override of the fleet, and how much was lent over time. */
import {
  formatOverrideCursor,
  LENT_BUCKETS_MAX,
  type LentAt,
  type LentOverride,
  LONG_LENT_DAYS,
  lentOverTime,
  listOverrides,
  type OverrideCursor,
  parseOverrideCursor,
} from '@kiloclaw/db';
import { z } from 'zod';
import { RecentAnswers } from '../../recent-answers.ts';
import { Refusal } from '../../trpc/failures.ts';
import { adminProcedure, router } from '../../trpc/init.ts';

const OVERRIDES_ON_A_PAGE = 50;
const DAY_MS = 86_400_000;
const PERIOD_DAYS_MAX = LENT_BUCKETS_MAX;
const recentLevels = new RecentAnswers<LentAt[]>({ maxAgeMs: 30_000, maxEntries: 20 });

const list = adminProcedure
  .input(
    z.strictObject({
      sort: z.enum(['oldest', 'newest']).default('oldest'),
      cursor: z.string().max(100).optional(),
    }),
  )
  .query(async ({ ctx, input: { sort, cursor } }) => {
    const page = { sort, after: readCursor(cursor), limit: OVERRIDES_ON_A_PAGE };
    const { items, next, ...total } = await listOverrides(ctx.registry.db, page);
    const nowMs = Date.now();
    return {
      items: items.map((item) => ({ ...item, ...ageOf(item, nowMs) })),
      nextCursor: next === null ? null : formatOverrideCursor(next),
      ...total,
    };
  });

/** CPUs and GB of RAM that were lent at the end of each of the last `days` days. */
const lent = adminProcedure
  .input(z.strictObject({ days: z.int().min(1).max(PERIOD_DAYS_MAX) }))
  .query(async ({ ctx, input: { days } }) => {
    const to = Date.now();
    const period = { from: to - days * DAY_MS, to, buckets: days };
    const levels = await recentLevels.get(days, () => lentOverTime(ctx.registry.db, period));
    return levels.map(({ at, overrides, cpus, memoryGb }) => ({
      at: new Date(at).toISOString(),
      overrides,
      cpus,
      memoryGb,
    }));
  });

export const overrides = router({ list, lent });

function readCursor(text: string | undefined): OverrideCursor | null {
  if (text === undefined) return null;
  const cursor = parseOverrideCursor(text);
  if (cursor !== null) return cursor;
  throw new Refusal('invalid_request', 'This page of the list can’t be found. Go to the first page.', {
    fields: [{ path: 'cursor', message: 'is none of this list' }],
  });
}

/** By this clock, not by the browser's, which may be wrong by days. */
function ageOf({ sizeOverride }: LentOverride, nowMs: number) {
  const ageMs = sizeOverride === null ? 0 : nowMs - Date.parse(sizeOverride.setAt);
  const expiresAt = sizeOverride?.expiresAt;
  return {
    isLongLent: ageMs > LONG_LENT_DAYS * DAY_MS,
    isPastExpiry: expiresAt !== undefined && Date.parse(expiresAt) <= nowMs,
  };
}
