/** The machine as it is: where it went, whether it runs, on which size, on which volume, and whether it is the only one. */
import { type MachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import { cpuObservabilityOf } from '@kiloclaw/platform-contract';
import type { MachineObservation, VolumeObservation } from '../../providers/provider.ts';
import { withBuiltSeen } from '../built.ts';
import { findingsAtStart, findingsWithoutMachine, sizeFinding, withFinding } from '../findings.ts';
import { appliedFrom, builtAsTold } from '../operations/machine-spec.ts';
import { type InstanceState, machineIdOf } from '../state.ts';
import { isConfirmed, isNews } from './memory.ts';
import { adopt, type Phase, withState } from './scope.ts';

/** A lost id is taken from the tags; a machine that is gone is forgotten at the second look, and never made anew. */
export const reconcileIdentity: Phase = ({ sight, memory, now }, verdict) => {
  const { state } = verdict;
  const { machine, recovered } = sight;
  const from = machineIdOf(state);
  if (machine === undefined) return verdict;
  if (machine !== null) {
    memory.doubts.delete('machine_gone');
    if (recovered === null || machine.machineId === from) return verdict;
    const resources = { ...state.resources, ...recovered };
    const found = { ...state, resources, built: builtAsTold(machine) };
    return adopt(verdict, found, { what: 'machine_recovered', from, to: machine.machineId });
  }
  if (from === null && state.status !== 'running') return verdict;
  if (!isConfirmed(memory, 'machine_gone')) return verdict;
  memory.doubts.delete('machine_down');
  return adopt(verdict, withoutMachine(state, now), { what: 'machine_forgotten', from, to: null });
};

function withoutMachine(state: InstanceState, now: number): InstanceState {
  return {
    ...state,
    ...(state.status === 'running' && { status: 'stopped', endpoint: null, stoppedAt: now }),
    resources: { ...state.resources, machineId: null },
    applied: null,
    built: null,
    drift: findingsWithoutMachine(state.drift, now),
  };
}

/** A definite state is adopted; that a running machine is down is believed at the second look. */
export const reconcilePower: Phase = ({ sight, memory, log, now }, verdict) => {
  const { state } = verdict;
  const { machine } = sight;
  if (machine === undefined || machine === null) return verdict;
  const word = machine.state === 'unknown' ? machine.state : null;
  if (isNews(memory, 'machine state', word))
    log.warn('machine state not understood: it is ignored', { instanceId: state.instanceId });
  const runs = state.status === 'running';
  const contradicts = isDefinite(machine) && (machine.state === 'running') !== runs;
  if (!contradicts) {
    memory.doubts.delete('machine_down');
    return withState(verdict, withEndpointSeen(state, machine));
  }
  if (runs && !isConfirmed(memory, 'machine_down')) return verdict;
  log.info('observed state adopted', { instanceId: state.instanceId, machineState: machine.state });
  return withState(verdict, withObservedPower(state, machine, now));
};

function isDefinite({ state }: MachineObservation): boolean {
  return state === 'running' || state === 'stopped' || state === 'failed';
}

/** The status that a definite state of the machine comes to. */
export function withObservedPower(
  state: InstanceState,
  { state: machineState, endpoint, size }: MachineObservation,
  now: number,
): InstanceState {
  if ((machineState === 'running') === (state.status === 'running'))
    return withEndpointSeen(state, { state: machineState, endpoint });
  if (machineState === 'running') {
    return withStartSeen({ ...state, status: 'running', endpoint, startedAt: now }, size, now);
  }
  return { ...state, status: 'stopped', endpoint: null, stoppedAt: now };
}

/** Another machine in the place of the one that ran answers elsewhere. */
function withEndpointSeen(
  state: InstanceState,
  { state: machineState, endpoint }: Pick<MachineObservation, 'state' | 'endpoint'>,
): InstanceState {
  const isElsewhere = endpoint !== null && endpoint !== state.endpoint;
  if (state.status !== 'running' || machineState !== 'running' || !isElsewhere) return state;
  return { ...state, endpoint };
}

/** Somebody else has started it: on the size that it was built as, where that is the one that is seen. */
function withStartSeen(state: InstanceState, seen: MachineSize | null, now: number): InstanceState {
  const { built } = state;
  if (built === null || seen === null || !sameMachineSize(built.size, seen)) return state;
  const started = { ...state, applied: appliedFrom(built, {}) };
  return { ...started, drift: findingsAtStart(started, now) };
}

/**
 * A size that somebody else put on the machine is what it is built as from then on: else the next start would take it for
 * its own, and leave it.
 */
export const reconcileBuilt: Phase = ({ sight, capabilities, now }, verdict) => {
  const { state } = verdict;
  const size = sight.machine?.size ?? null;
  if (!sight.machine || size === null) return verdict;
  if (state.built === null) return withState(verdict, withBuiltSeen(state, sight.machine, now));
  if (sameMachineSize(state.built.size, size, cpuObservabilityOf(capabilities))) return verdict;
  return withState(verdict, { ...state, built: { ...state.built, size } });
};

/** Of a running machine alone: one at rest is built anew by its next start. */
export const reconcileSize: Phase = ({ sight, capabilities, memory, log, now }, verdict) => {
  const { state } = verdict;
  const { machine } = sight;
  if (machine === undefined || machine === null) return verdict;
  const isUntold = machine.size === null && capabilities.observesHardware;
  if (isNews(memory, 'machine size', isUntold ? 'untold' : null))
    log.warn('machine size not told in words that are known: it is ignored', {
      instanceId: state.instanceId,
    });
  const { applied } = state;
  if (machine.state !== 'running' || machine.size === null || applied === null) return verdict;
  const differs = !sameMachineSize(applied.given, machine.size, cpuObservabilityOf(capabilities));
  const details = differs ? { appliedSize: applied.given, observedSize: machine.size } : sizeFinding(applied);
  return withState(verdict, {
    ...state,
    drift: withFinding(state.drift, 'size_differs', details, now),
  });
};

/**
 * Whether the machine is on its own volume. A machine that tells its size has told its whole configuration: one that
 * names no volume then has none.
 */
export const reconcileMount: Phase = ({ sight, now }, verdict) => {
  const { state } = verdict;
  const { machine, volume } = sight;
  if (!machine || !volume || !isDefinite(machine)) return verdict;
  const isMounted = isMountedOn(machine, volume);
  if (isMounted === null) return verdict;
  const { mountedVolumeId } = machine;
  const details = isMounted ? null : { mountedVolumeId, volumeId: volume.volumeId };
  return withState(verdict, {
    ...state,
    drift: withFinding(state.drift, 'volume_not_mounted', details, now),
  });
};

/** By the word of whichever of the two tells; null where neither does. */
function isMountedOn(
  machine: MachineObservation,
  { volumeId, mountedOn }: VolumeObservation,
): boolean | null {
  if (mountedOn !== undefined) return mountedOn?.includes(machine.machineId) ?? null;
  if (machine.mountedVolumeId === null && machine.size === null) return null;
  return machine.mountedVolumeId === volumeId;
}

/** Nothing is deleted by itself: which of them is the right one, an admin says. */
export const reconcileDuplicates: Phase = ({ sight, now }, verdict) => {
  const { state } = verdict;
  const { machineIds } = sight;
  if (machineIds === undefined) return verdict;
  const details = machineIds.length > 1 ? { machineIds } : null;
  return withState(verdict, {
    ...state,
    drift: withFinding(state.drift, 'duplicate_machines', details, now),
  });
};
