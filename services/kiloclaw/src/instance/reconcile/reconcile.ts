/**
 * The reconcile: one look at what is there, compared with the record phase by phase. It takes no slot. What it finds is
 * believed only if nothing was changed while it looked, and what needs more than the record is left to an admin.
 */
import type { ReconcileResult } from '../../metrics/facts.ts';
import { ProviderError } from '../../providers/provider-error.ts';
import type { Deps } from '../deps.ts';
import { acceptAdopted } from '../operations/accept.ts';
import type { InstanceState } from '../state.ts';
import { unfinishedOperation } from '../storage/operation-store.ts';
import { loadRecord, saveState } from '../storage/record-store.ts';
import { reconcileLabel, reconcileMemoryWant, reconcileUnknownHardware } from './hardware.ts';
import {
  reconcileBuilt,
  reconcileDuplicates,
  reconcileIdentity,
  reconcileMount,
  reconcilePower,
  reconcileSize,
} from './machine.ts';
import { doubtsOnRecord, isNews, type ReconcileMemory, takeUpDoubts } from './memory.ts';
import type { Phase, ReconcileScope, Verdict } from './scope.ts';
import { lookAt, type Occasion, purposeOf, type Sight, wantedOf } from './sight.ts';
import { reconcileRetired, reconcileVolume } from './volume.ts';

/** In this order: which machine it is comes before how it is, and learning before comparing. */
const PHASES: readonly Phase[] = [
  reconcileIdentity,
  reconcilePower,
  reconcileUnknownHardware,
  reconcileLabel,
  reconcileBuilt,
  reconcileSize,
  reconcileMemoryWant,
  reconcileVolume,
  reconcileMount,
  reconcileDuplicates,
  reconcileRetired,
];

export interface Outcome {
  /** Something was seen that is to be looked at again soon, before it is believed. */
  readonly isInDoubt: boolean;
  /** The record was changed. */
  readonly hasChanged: boolean;
  /** A part of it was refused for the provider's rate, for so long; null where none was. */
  readonly heldBackMs: number | null;
}

/** Of a look that changes nothing. */
export const NOTHING: Outcome = { isInDoubt: false, hasChanged: false, heldBackMs: null };

/** Looks once. Errors, unknown words and stale looks change nothing. */
export async function reconcile(deps: Deps, memory: ReconcileMemory, occasion: Occasion): Promise<Outcome> {
  const before = loadRecord(deps.storage);
  if (before.kind !== 'sound' || !isLookedAt(before.state)) return NOTHING;
  if (unfinishedOperation(deps.storage) !== null) return NOTHING;
  const { state } = before;
  const now = deps.clock.now();
  memory.lookedAt = now;
  takeUpDoubts(memory, state);
  const provider = deps.provider(state.provider, purposeOf(occasion));
  const moment = { memory, cadence: deps.cadence, now, occasion };
  const wanted = wantedOf(state, provider.capabilities.volumesAreSized, moment);
  const sight = await lookAt(provider, state, wanted);
  const heldBackMs = heldBackMsOf(sight);
  // A tick that found no place in the provider's rate was none: it does not bring the volume's turn nearer.
  if (occasion === 'tick' && memory.ticksSinceVolume !== null && heldBackMs === null)
    memory.ticksSinceVolume += 1;
  tellFailures(deps, memory, state.instanceId, sight);
  const believed = deps.storage.transaction(() => believe(deps, memory, state.generation, sight));
  const outcome = { ...believed, heldBackMs };
  deps.facts.reconciled(resultOf(outcome, sight));
  return outcome;
}

function resultOf({ heldBackMs, isInDoubt, hasChanged }: Outcome, { failures }: Sight): ReconcileResult {
  if (heldBackMs !== null) return 'held_back';
  if (failures.length > 0) return 'failed';
  if (isInDoubt) return 'in_doubt';
  return hasChanged ? 'changed' : 'unchanged';
}

function heldBackMsOf({ failures }: Sight): number | null {
  const waits = failures.flatMap(({ error }) =>
    error instanceof ProviderError && error.kind === 'rate_limited' ? (error.facts.retryAfterMs ?? []) : [],
  );
  return waits.length === 0 ? null : Math.max(...waits);
}

/** Whether there is anything to look at: not while it is being made or destroyed, nor afterwards. */
export function isLookedAt({ status }: InstanceState): boolean {
  return status === 'running' || status === 'stopped' || status === 'provisioned';
}

/** Each kind of failure once, until it changes or passes. */
function tellFailures(deps: Deps, memory: ReconcileMemory, instanceId: string, { failures }: Sight): void {
  const kinds = failures.map(({ part, error }) => `${part}: ${kindOf(error)}`).sort();
  if (isNews(memory, 'failure', kinds.length === 0 ? null : kinds.join(', '))) {
    const messages = failures.map(({ error }) => String(error));
    deps.log.warn('observation failed', { instanceId, messages });
  }
  if (failures.length === 0 && memory.failures > 0)
    deps.log.info('observation answers again', { instanceId, failures: memory.failures });
  memory.failures = failures.length === 0 ? 0 : memory.failures + 1;
}

function kindOf(error: unknown): string {
  return error instanceof ProviderError ? error.kind : String(error);
}

/** Every operation raises the generation when it is accepted: the same one, and none under way, means none since. */
function believe(
  deps: Deps,
  memory: ReconcileMemory,
  generation: number,
  sight: Sight,
): Omit<Outcome, 'heldBackMs'> {
  const now = deps.clock.now();
  const record = loadRecord(deps.storage);
  if (record.kind !== 'sound' || record.state.generation !== generation) return NOTHING;
  if (unfinishedOperation(deps.storage) !== null) return NOTHING;
  const { state } = record;
  memory.generation = generation;
  const capabilities = deps.capabilities(state.provider);
  const scope: ReconcileScope = { sight, capabilities, memory, log: deps.log, now };
  const nothing: Verdict = { state, adoptions: [] };
  const { state: found, adoptions } = PHASES.reduce((soFar, phase) => phase(scope, soFar), nothing);
  remember(memory, state, sight, now);
  const doubted = { ...found, doubts: doubtsOnRecord(memory, generation) };
  const hasChanged = commit(deps, memory, state, { state: doubted, adoptions }, now);
  return { isInDoubt: memory.doubts.size > 0, hasChanged };
}

function remember(
  memory: ReconcileMemory,
  state: InstanceState,
  { machine, volume, failures }: Sight,
  now: number,
): void {
  if (volume !== undefined) memory.ticksSinceVolume = 0;
  // It did not answer: the next tick is its turn again.
  if (failures.some(({ part }) => part === 'volume')) memory.ticksSinceVolume = Number.POSITIVE_INFINITY;
  if (machine === undefined) return;
  memory.newest = {
    at: now,
    machineState: machine?.state ?? 'gone',
    machineSize: machine?.size ?? null,
    volumeSizeGb: volume?.sizeGb ?? memory.newest?.volumeSizeGb ?? state.volumeSizeGb,
  };
}

/** Writes where something differs, and only there. */
function commit(
  deps: Deps,
  { newest }: ReconcileMemory,
  before: InstanceState,
  { state, adoptions }: Verdict,
  now: number,
): boolean {
  if (JSON.stringify(state) === JSON.stringify(before)) return false;
  const seen = { ...state, lastObservation: newest };
  if (adoptions.length > 0) {
    acceptAdopted(deps, before, seen, adoptions);
    return true;
  }
  const isAdopted = state.status !== before.status;
  saveState(deps.storage, before, isAdopted ? { ...seen, generation: seen.generation + 1 } : seen, now);
  return true;
}
