/** Removal of everything an instance has: a destroy's way forward, and a failed provision's way back. */
import { MACHINE_LOOK_AGAIN_MS, SETTLE_MS } from '../bounds.ts';
import type { InstanceState } from '../state.ts';
import { tagsOf } from './machine-spec.ts';
import type { Step } from './step.ts';

const deleteMachines: Step = {
  name: 'delete_machines',
  async act({ state }, { provider }) {
    await provider.deleteMachines(tagsOf(state), state.resources);
    return { kind: 'done' };
  },
};

const deleteVolumes: Step = {
  name: 'delete_volumes',
  async act({ state }, { provider }) {
    await provider.deleteVolumes(tagsOf(state), state.resources);
    return { kind: 'done' };
  },
};

const deleteHome: Step = {
  name: 'delete_home',
  async act({ state }, { provider }) {
    await provider.deleteHome(tagsOf(state), state.resources);
    return { kind: 'done' };
  },
};

/** Only what the provider no longer lists is gone; a create that was still on its way is waited for. */
const confirmGone: Step = {
  name: 'confirm_gone',
  async act({ state, operation, now }, { provider }) {
    const { ambiguousAt } = operation.facts;
    const settledAt = ambiguousAt === undefined ? 0 : ambiguousAt + SETTLE_MS;
    if (now < settledAt) return { kind: 'not_yet', afterMs: settledAt - now };
    const leftovers = await provider.listOwned(tagsOf(state), state.resources);
    if (leftovers.length > 0)
      return { kind: 'rewind', to: deleteMachines.name, afterMs: MACHINE_LOOK_AGAIN_MS };
    return { kind: 'done', commit: buried };
  },
};

/** A tombstone: the record stays so that operations can be polled; configuration and ids are gone. */
function buried(state: InstanceState, now: number): InstanceState {
  return {
    ...state,
    status: 'destroyed',
    destroyedAt: state.destroyedAt ?? now,
    stoppedAt: endOfLastRun(state, now),
    endpoint: null,
    applied: null,
    built: null,
    adminMachineSizeOverride: null,
    configuration: null,
    resources: {},
    drift: [],
  };
}

/** One that ran until it was destroyed was stopped by that. */
function endOfLastRun({ startedAt, stoppedAt }: InstanceState, now: number): number | null {
  const ranUntilNow = startedAt !== null && (stoppedAt === null || stoppedAt < startedAt);
  return ranUntilNow ? now : stoppedAt;
}

export const DESTROY_STEPS: readonly Step[] = [deleteMachines, deleteVolumes, deleteHome, confirmGone];
