/** What a machine's events tell. Fly keeps the latest ones alone, and their shape varies: parsed, never cast. Pure. */
import { z } from 'zod';
import type { Machine } from './schemas.ts';

const EventSchema = z.looseObject({ type: z.string(), timestamp: z.number() });

const ExitSchema = z.looseObject({ oom_killed: z.boolean(), exited_at: z.unknown().optional() });
const ExitRequestSchema = z.union([
  z.looseObject({ exit_event: ExitSchema }).transform(({ exit_event }) => exit_event),
  // Where older hosts put it.
  z
    .looseObject({ MonitorEvent: z.looseObject({ exit_event: ExitSchema }) })
    .transform(({ MonitorEvent }) => MonitorEvent.exit_event),
]);
const ExitEventSchema = z.looseObject({
  type: z.literal('exit'),
  timestamp: z.number().nullish().catch(null),
  request: ExitRequestSchema,
});

/** When the machine's process was last killed for want of memory, in milliseconds since 1970; null where it was not. */
export function outOfMemoryAtMs({ events }: Machine): number | null {
  const times = events.flatMap((event) => {
    const exit = ExitEventSchema.safeParse(event);
    if (!exit.success || !exit.data.request.oom_killed) return [];
    const { exited_at } = exit.data.request;
    const exitedAtMs = typeof exited_at === 'string' ? Date.parse(exited_at) : Number.NaN;
    const atMs = Number.isFinite(exitedAtMs) ? exitedAtMs : exit.data.timestamp;
    return typeof atMs === 'number' && Number.isFinite(atMs) ? [Math.round(atMs)] : [];
  });
  return times.length === 0 ? null : Math.max(...times);
}

/** States in which nothing writes to the machine's volume. */
const RESTING_STATES: ReadonlySet<string> = new Set([
  'stopped',
  'suspended',
  'failed',
  'created',
  'destroyed',
]);

/** When it last began to run, in milliseconds since 1970: its making counts, and `Infinity` is now. */
export function lastRanAtMs({ state, created_at, events }: Machine): number {
  if (!RESTING_STATES.has(state)) return Number.POSITIVE_INFINITY;
  const starts = events.flatMap((event) => {
    const start = EventSchema.safeParse(event);
    return start.success && ['launch', 'start', 'restart'].includes(start.data.type)
      ? [start.data.timestamp]
      : [];
  });
  const madeAtMs = Date.parse(created_at ?? '');
  return Math.max(...starts, Number.isNaN(madeAtMs) ? Number.NEGATIVE_INFINITY : madeAtMs);
}
