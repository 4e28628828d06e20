/**
 * The one physical alarm stands for several named ones; it is always the earliest. Their times are derived
 * from what is stored, so that a steady tick has nothing to write but the alarm itself.
 */
import { HELD_BACK_MOST_MS, HELD_BACK_SPREAD_MS, LOOK_EVERY_MOST_MS } from './bounds.ts';
import type { Cadence } from './deps.ts';

export interface AlarmFacts {
  readonly now: number;
  /** When the unfinished operation may be tried again, or null without one. */
  readonly operationDueAt: number | null;
  /** A step is being taken right now: its alarm is only there in case this process dies. */
  readonly stepIsUnderWay: boolean;
  /** When the registry is to be paid, or null when nothing is owed. */
  readonly debtDueAt: number | null;
  /** When a lent size ends, or null. */
  readonly overrideEndsAt: number | null;
  /** When the machine is to be looked at, or null where there is nothing to look at. */
  readonly lookDueAt: number | null;
  readonly busyMs: number;
}

/** When the physical alarm has to be, or null when nothing is ever due again. Pure. */
export function nextAlarmAt(facts: AlarmFacts): number | null {
  const { now, operationDueAt, debtDueAt, overrideEndsAt, lookDueAt } = facts;
  const operation = operationDueAt !== null && facts.stepIsUnderWay ? now + facts.busyMs : operationDueAt;
  const due = [operation, debtDueAt, overrideEndsAt, lookDueAt].filter((at) => at !== null);
  return due.length === 0 ? null : Math.max(now, Math.min(...due));
}

/**
 * The cadence at a provider whose rate has room for an instance's look every `lookEveryMs` only. What was asked for to
 * be slower stays so.
 */
export function pacedCadence(cadence: Cadence, lookEveryMs: number): Cadence {
  const leastMs = Math.min(lookEveryMs, LOOK_EVERY_MOST_MS);
  return {
    ...cadence,
    runningMs: Math.max(cadence.runningMs, leastMs),
    idleMs: Math.max(cadence.idleMs, leastMs),
  };
}

/**
 * How long a look that was refused for the provider's rate waits: as long as it was told, within bounds, and spread a
 * little, or all that were told the same would come at the same moment. `fraction` in [0, 1).
 */
export function heldBackWaitMs(heldBackMs: number, fraction: number): number {
  return Math.round(Math.min(heldBackMs, HELD_BACK_MOST_MS) + HELD_BACK_SPREAD_MS * fraction);
}

/** `cadenceMs`, spread by `share` both ways; `fraction` in [0, 1). */
export function jittered(cadenceMs: number, share: number, fraction: number): number {
  return Math.round(cadenceMs * (1 + share * (2 * fraction - 1)));
}
