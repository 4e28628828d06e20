/** What the reconcile remembers between two looks. It may be lost: then it begins anew. Doubts alone are on record. */
import { VOLUME_LOOK_CADENCES } from '../bounds.ts';
import type { Cadence } from '../deps.ts';
import type { InstanceState, Observation } from '../state.ts';

/** What a look has to find twice in a row before it is believed. */
const DOUBTS = ['machine_down', 'machine_gone', 'volume_gone'] as const;
type Doubt = (typeof DOUBTS)[number];
const LOOKS_TO_BELIEVE = 2;

export interface ReconcileMemory {
  /** When somebody last looked, whatever came of it. */
  lookedAt: number;
  /** Newest sound look; stored only together with a change, so that a steady tick writes nothing. */
  newest: Observation | null;
  /** Of the state that was last looked at. Another one is a change, which is looked at as a whole. */
  generation: number;
  /** Ticks since the volume was looked at, or null where this process has not looked at it yet. */
  ticksSinceVolume: number | null;
  /** By doubt, how often in a row it was found: the record's, for as long as one look takes. */
  readonly doubts: Map<Doubt, number>;
  /** By subject, what was last logged of it. */
  readonly told: Map<string, string>;
  /** Looks in a row that found no answer. */
  failures: number;
}

export function newReconcileMemory(): ReconcileMemory {
  return {
    lookedAt: 0,
    newest: null,
    generation: 0,
    ticksSinceVolume: null,
    doubts: new Map(),
    told: new Map(),
    failures: 0,
  };
}

/** Takes up the doubts on record. What was found before a change says nothing of the time after it. */
export function takeUpDoubts({ doubts: held }: ReconcileMemory, { doubts, generation }: InstanceState): void {
  held.clear();
  if (doubts?.generation !== generation) return;
  for (const doubt of DOUBTS) {
    const count = doubts.counts[doubt];
    if (count !== undefined) held.set(doubt, count);
  }
}

/** The doubts as the record is to hold them. */
export function doubtsOnRecord({ doubts }: ReconcileMemory, generation: number): InstanceState['doubts'] {
  return doubts.size === 0 ? null : { generation, counts: Object.fromEntries(doubts) };
}

/** Counts a doubt; true when it was found often enough in a row to be believed, and then it is over. */
export function isConfirmed({ doubts }: ReconcileMemory, doubt: Doubt): boolean {
  const count = (doubts.get(doubt) ?? 0) + 1;
  if (count < LOOKS_TO_BELIEVE) {
    doubts.set(doubt, count);
    return false;
  }
  doubts.delete(doubt);
  return true;
}

/** Whether `text` is news: the same word about the same subject is told once. Null: there is nothing to tell any more. */
export function isNews({ told }: ReconcileMemory, subject: string, text: string | null): boolean {
  if (text === null) {
    told.delete(subject);
    return false;
  }
  if (told.get(subject) === text) return false;
  told.set(subject, text);
  return true;
}

/**
 * Whether this tick is the volume's. A process that has just begun knows of no look before, and objects are ended between
 * two ticks: then the clock tells, at another time for each instance, so that about one tick in as many is the volume's.
 */
export function isVolumesTurn(
  { ticksSinceVolume }: ReconcileMemory,
  { status, instanceId }: Pick<InstanceState, 'status' | 'instanceId'>,
  { runningMs, idleMs }: Cadence,
  now: number,
): boolean {
  const tickMs = status === 'running' ? runningMs : idleMs;
  const every = Math.ceil((runningMs * VOLUME_LOOK_CADENCES) / tickMs);
  if (ticksSinceVolume !== null) return ticksSinceVolume + 1 >= every;
  const offset = Number.parseInt(instanceId.slice(-4), 16);
  return (Math.floor(now / tickMs) + offset) % every === 0;
}
