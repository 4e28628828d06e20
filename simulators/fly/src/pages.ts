import { z } from 'zod';
import { invalidArgument } from './errors.ts';
import type { Call, Simulation } from './route.ts';

const MAX_LIMIT = 1000;
const CURSOR_VALID_MS = 30 * 60 * 1000;

const limitSchema = z.coerce.number().int().min(1).max(MAX_LIMIT);
const cursorSchema = z.strictObject({ after: z.string(), madeAtMs: z.int() });

function parseLimit(call: Call): number {
  const limit = limitSchema.safeParse(call.query.get('limit') ?? MAX_LIMIT);
  if (!limit.success) throw invalidArgument(`limit must be a whole number from 1 to ${MAX_LIMIT}`);
  return limit.data;
}

function parseCursor(sim: Simulation, text: string): string {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw invalidArgument('cursor is not one that was answered here');
  }
  const cursor = cursorSchema.safeParse(json);
  if (!cursor.success) throw invalidArgument('cursor is not one that was answered here');
  if (sim.clock.nowMs() - cursor.data.madeAtMs > CURSOR_VALID_MS) {
    throw invalidArgument('cursor has expired, begin the list anew');
  }
  return cursor.data.after;
}

/**
 * One page of a list, as `limit` (1 to 1000) and `cursor` ask for it; never longer than the setting allows. 400 for a
 * cursor that is foreign or older than 30 minutes. What went meanwhile is skipped; if the last of a page itself went,
 * the list begins anew, so that nothing is missed.
 */
export function pageOf<Item extends { id: string }>(
  sim: Simulation,
  call: Call,
  all: readonly Item[],
): { items: Item[]; nextCursor: string | null } {
  const size = Math.min(parseLimit(call), sim.settings().listPageSize);
  const cursor = call.query.get('cursor') ?? '';
  const after = cursor === '' ? null : parseCursor(sim, cursor);
  const start = all.findIndex(({ id }) => id === after) + 1;
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  if (last === undefined || start + size >= all.length) return { items, nextCursor: null };
  const next = JSON.stringify({ after: last.id, madeAtMs: sim.clock.nowMs() });
  return { items, nextCursor: Buffer.from(next).toString('base64url') };
}
