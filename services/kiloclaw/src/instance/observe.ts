/** A look at the machine: what it finds is believed only if nothing was changed while it looked. */
import type { MachineObservation } from '../providers/provider.ts';
import type { Deps } from './deps.ts';
import { tagsOf } from './operations/machine-spec.ts';
import type { InstanceState, Observation } from './state.ts';
import { unfinishedOperation } from './storage/operation-store.ts';
import { loadRecord, saveState } from './storage/record-store.ts';

export interface ObserveMemory {
  /** What the last look contradicted, and how often in a row. */
  contradiction: { readonly machineState: string; readonly count: number } | null;
  /** When somebody last looked, whatever came of it. */
  lookedAt: number;
  /** Newest sound look; stored only together with a change, so that a steady tick writes nothing. */
  newest: Observation | null;
}

export function newObserveMemory(): ObserveMemory {
  return { contradiction: null, lookedAt: 0, newest: null };
}

/** Contradictions in a row before a running machine is believed to be down. */
const LOOKS_TO_BELIEVE_DOWN = 2;

export type Sight = 'steady' | 'contradicted' | 'adopted' | 'unusable';

/** One GET. Errors, unknown words and stale looks change nothing. */
export async function observe(deps: Deps, memory: ObserveMemory): Promise<Sight> {
  const before = loadRecord(deps.storage);
  if (before.kind !== 'sound' || !isLooking(before.state)) return 'unusable';
  memory.lookedAt = deps.clock.now();
  let seen: MachineObservation | null;
  try {
    seen = await deps
      .provider(before.state.provider)
      .observeMachine(tagsOf(before.state), before.state.resources);
  } catch (error) {
    deps.log.warn('observation failed', { instanceId: before.state.instanceId, message: String(error) });
    return 'unusable';
  }
  return deps.storage.transaction(() => believe(deps, memory, before.state.generation, seen));
}

function isLooking(state: InstanceState): boolean {
  return state.status === 'running' || state.status === 'stopped';
}

function believe(
  deps: Deps,
  memory: ObserveMemory,
  generation: number,
  seen: MachineObservation | null,
): Sight {
  const now = deps.clock.now();
  const record = loadRecord(deps.storage);
  if (record.kind !== 'sound' || record.state.generation !== generation) return 'unusable';
  if (unfinishedOperation(deps.storage) !== null) return 'unusable';
  const { state } = record;
  const machineState = seen?.state ?? 'gone';
  memory.newest = {
    at: now,
    machineState,
    machineSize: seen?.size ?? null,
    volumeSizeGb: state.volumeSizeGb,
  };
  if (!contradicts(state, machineState)) {
    memory.contradiction = null;
    return 'steady';
  }
  const again = memory.contradiction?.machineState === machineState ? memory.contradiction.count : 0;
  memory.contradiction = { machineState, count: again + 1 };
  if (machineState !== 'running' && memory.contradiction.count < LOOKS_TO_BELIEVE_DOWN) return 'contradicted';
  memory.contradiction = null;
  deps.log.info('observed state adopted', { instanceId: state.instanceId, machineState });
  saveState(deps.storage, state, adopted(state, memory.newest, seen, now), now);
  return 'adopted';
}

function contradicts(state: InstanceState, machineState: string): boolean {
  if (machineState === 'transient' || machineState === 'unknown') return false;
  return (machineState === 'running') !== (state.status === 'running');
}

function adopted(
  state: InstanceState,
  newest: Observation,
  seen: MachineObservation | null,
  now: number,
): InstanceState {
  const looked = { ...state, lastObservation: newest, generation: state.generation + 1 };
  if (seen?.state === 'running')
    return { ...looked, status: 'running', endpoint: seen.endpoint, startedAt: now };
  return { ...looked, status: 'stopped', endpoint: null, stoppedAt: now };
}
