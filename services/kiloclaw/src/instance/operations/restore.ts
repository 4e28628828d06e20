/** Finds what a restored instance has at its provider, by tags and names. Changes nothing there. */
import type { MachineObservation, VolumeObservation } from '../../providers/provider.ts';
import { backfilled } from '../backfill.ts';
import { MACHINE_LOOK_AGAIN_MS } from '../bounds.ts';
import { findingsAtStart, withFinding } from '../findings.ts';
import { volumeFindings } from '../hardware/record.ts';
import type { InstanceState } from '../state.ts';
import { appliedFrom, builtAsTold, tagsOf } from './machine-spec.ts';
import type { Step } from './step.ts';

const findVolume: Step = {
  name: 'find_volume',
  async act({ state }, { provider }) {
    return { kind: 'done', learned: (await provider.findVolume(tagsOf(state), state.resources)) ?? {} };
  },
};

const findMachine: Step = {
  name: 'find_machine',
  async act({ state }, { provider }) {
    return { kind: 'done', learned: (await provider.findMachine(tagsOf(state), state.resources)) ?? {} };
  },
};

const recordFound: Step = {
  name: 'record_found',
  async act({ state }, { provider }) {
    const tags = tagsOf(state);
    const machine = await provider.observeMachine(tags, state.resources);
    if (machine?.state === 'transient') return { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS };
    const volume = await provider.observeVolume(tags, state.resources);
    const { capabilities } = provider;
    return {
      kind: 'done',
      commit: (next, now) => {
        const placed = withVolume(withMachine(next, machine, now), volume, now);
        return backfilled(placed, { machine, volume }, capabilities, now);
      },
    };
  },
};

/** What a machine tells of how it was built counts as far as its own tag says where its size came from. */
function withMachine(state: InstanceState, machine: MachineObservation | null, now: number): InstanceState {
  if (state.status === 'destroying') return state;
  const status = statusOf(state, machine);
  const isRunning = status === 'running';
  const powered = {
    ...state,
    status,
    endpoint: isRunning ? (machine?.endpoint ?? null) : null,
    startedAt: isRunning ? now : null,
  } as const;
  const built = machine === null ? null : builtAsTold(machine);
  if (built === null) return powered;
  const applied = isRunning ? appliedFrom(built, {}) : null;
  const known = { ...powered, built, applied };
  return { ...known, drift: findingsAtStart(known, now) };
}

/** A machine in a state that nobody knows says nothing against the row. */
function statusOf({ status }: InstanceState, machine: MachineObservation | null): InstanceState['status'] {
  if (machine === null) return status === 'provisioned' ? status : 'stopped';
  if (machine.state === 'unknown') return status;
  return machine.state === 'running' ? 'running' : 'stopped';
}

function withVolume(state: InstanceState, volume: VolumeObservation | null, now: number): InstanceState {
  if (state.status === 'destroying') return state;
  if (volume === null) return { ...state, drift: withFinding(state.drift, 'volume_missing', {}, now) };
  const { sizeGb } = volume;
  if (sizeGb === null) return state;
  // A recorded volume never shrinks; one that has grown since is adopted, and never changes the label.
  const volumeSizeGb = Math.max(state.volumeSizeGb ?? 0, sizeGb);
  const sized = { ...state, volumeSizeGb };
  return { ...sized, drift: volumeFindings(sized, sizeGb, now) };
}

export const RESTORE_STEPS: readonly Step[] = [findVolume, findMachine, recordFound];
