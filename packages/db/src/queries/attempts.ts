/** Attempts at what must not be guessed: counted by key, each within a window of time, by the database's clock. */
import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RegistryDb } from '../client.ts';
import { rateLimits } from '../schema/rate-limits.ts';

const PRUNED_MAX = 200;
/** A count says no more beyond this, and must not run out of its column. */
const COUNT_MAX = 1_000_000;

export interface AttemptCount {
  readonly key: string;
  /** With this one. */
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly windowEndsAtMs: number;
}

const CountsSchema = z.array(z.object({ key: z.string(), count: z.int(), began: z.coerce.number() }));

const NOW_MS = sql`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;

/**
 * Counts one attempt at each of `keys`, in one statement: of attempts made at once each gets a number of its own.
 * `last_request` holds when the key's window began, so that attempts that are refused don't make it longer.
 * Keys are given in one order by everyone, or two callers could wait for each other.
 */
export async function countAttempts(
  db: RegistryDb,
  keys: readonly string[],
  windowMs: number,
): Promise<AttemptCount[]> {
  const values = keys.map((key) => sql`(${randomUUID()}, ${key}, 1, ${NOW_MS})`);
  const isOver = sql`${rateLimits}.last_request + ${windowMs}::bigint <= excluded.last_request`;
  const rows = await db.execute(sql`
    INSERT INTO ${rateLimits} (id, key, count, last_request) VALUES ${sql.join(values, sql`, `)}
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN ${isOver} THEN 1 ELSE least(${rateLimits}.count + 1, ${COUNT_MAX}::int) END,
      last_request = CASE WHEN ${isOver} THEN excluded.last_request ELSE ${rateLimits}.last_request END
    RETURNING key, count, last_request AS began`);
  const counts = CountsSchema.parse(rows);
  if (counts.some(({ count }) => count === 1)) await pruneAttempts(db, windowMs);
  return counts.map(({ key, count, began }) => ({ key, count, windowEndsAtMs: began + windowMs }));
}

/** Forgets every attempt at `key`. */
export async function forgetAttempts(db: RegistryDb, key: string): Promise<void> {
  await db.delete(rateLimits).where(eq(rateLimits.key, key));
}

/** Takes back one attempt at `key`, which was none. */
export async function giveBackAttempt(db: RegistryDb, key: string): Promise<void> {
  await db.update(rateLimits).set({ count: sql`greatest(count - 1, 0)` }).where(eq(rateLimits.key, key));
}

/** A statement of its own that waits for nobody: inside the count it could wait for one that waits for it. */
async function pruneAttempts(db: RegistryDb, windowMs: number): Promise<void> {
  await db.execute(sql`
    DELETE FROM ${rateLimits} WHERE id IN (
      SELECT id FROM ${rateLimits} WHERE last_request + ${windowMs}::bigint <= ${NOW_MS}
      LIMIT ${PRUNED_MAX} FOR UPDATE SKIP LOCKED)`);
}
