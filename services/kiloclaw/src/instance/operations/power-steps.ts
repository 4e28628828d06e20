/** The steps that start and stop a machine, and record that it runs or rests. */
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import { MACHINE_START_TRIES, MACHINE_WAIT_MS } from '../bounds.ts';
import { findingsAtStart } from '../findings.ts';
import type { Applied, Built, InstanceState } from '../state.ts';
import { machineIs } from './conditions.ts';
import { DELETE_MACHINE, onNoRoom } from './full-host.ts';
import { HOLD_MACHINE } from './hold.ts';
import { appliedFrom, tagsOf } from './machine-spec.ts';
import { createMachine, updateMachine } from './machine-steps.ts';
import type { Operation } from './operation.ts';
import { notYet, type Step, StepRefusal, type StepScope } from './step.ts';

export const startMachine: Step = {
  name: 'start_machine',
  applies: (scope) => machineIs(scope, 'stopped'),
  async act({ state }, { provider }) {
    return { kind: 'done', learned: await provider.startMachine(tagsOf(state), state.resources) };
  },
  recover: (scope, error, capabilities) => {
    const canBeUpdated = scope.operation.steps.some(({ name }) => name === updateMachine.name);
    return onNoRoom(scope, error, capabilities, canBeUpdated ? HOLD_MACHINE : null);
  },
};

/** On the way back there is one size, the one that the machine has again. */
export const startAsItWas: Step = { ...startMachine, recover: () => null };

export const waitRunning: Step = {
  name: 'wait_running',
  async act(scope, { provider }) {
    const { state, operation } = scope;
    const wait = { until: 'running', waitMs: MACHINE_WAIT_MS } as const;
    const seen = await provider.observeMachine(tagsOf(state), state.resources, wait);
    if (seen?.state === 'failed') throw new StepRefusal(DID_NOT_STAY_UP);
    // Made, but never asked to start: the process ended between the two. Or it came up and ended at once.
    if (seen?.state === 'stopped') {
      const startTries = operation.facts.startTries ?? 0;
      if (startTries >= MACHINE_START_TRIES) throw new StepRefusal(DID_NOT_STAY_UP);
      const facts = { machine: 'stopped', startTries: startTries + 1 } as const;
      return { kind: 'rewind', to: startMachine.name, facts, afterMs: 0 };
    }
    if (seen?.state !== 'running') return notYet(scope);
    // One that was asked for before the volume was left, and came up only now.
    if (seen.mountedVolumeId !== null && seen.mountedVolumeId === operation.facts.forkedFrom) {
      const facts = { machine: 'stopped', isOnRetiredVolume: true } as const;
      return { kind: 'rewind', to: DELETE_MACHINE, facts, afterMs: 0 };
    }
    return {
      kind: 'done',
      facts: { machine: 'running', tookDown: false },
      commit: (current, now) => running(scope, current, seen.endpoint, now),
    };
  },
};

const DID_NOT_STAY_UP = {
  code: 'provider_error',
  message: 'The machine did not stay up. Check its image and its log.',
} as const;

function running(
  scope: StepScope,
  state: InstanceState,
  endpoint: string | null,
  now: number,
): InstanceState {
  const startedAt = state.status === 'running' ? state.startedAt : now;
  const started = {
    ...state,
    status: 'running',
    endpoint,
    startedAt,
    trackedImageTag: state.configuration?.image ?? state.trackedImageTag,
  } as const;
  return hasLaunched(scope.operation) ? withApplied(scope, started, now) : started;
}

/** Whether this operation itself brought the machine up: one that ran already keeps what it was started with. */
export function hasLaunched({ steps }: Pick<Operation, 'steps'>): boolean {
  const launching = [startMachine.name, createMachine.name];
  return steps.some(({ name, status }) => launching.includes(name) && status === 'succeeded');
}

/** Records what the machine runs on from now on. On the way back it runs as before, for the reason known from before. */
export function withApplied(scope: StepScope, state: InstanceState, now: number): InstanceState {
  const { built } = state;
  if (scope.operation.phase === 'undo' && built !== null && isStartedAs(built, state.applied)) return state;
  const next = { ...state, applied: built === null ? null : appliedFrom(built, scope.operation.facts) };
  return { ...next, drift: findingsAtStart(next, now) };
}

function isStartedAs({ asked, size }: Built, started: Applied | null): boolean {
  if (started === null) return false;
  return sameMachineSize(started.asked, asked) && sameMachineSize(started.given, size);
}

/**
 * Waits until a machine that was given its size while it ran has come up on it. Whatever is not known to run, or to rest,
 * is still on its way.
 */
export const waitRollout: Step = {
  name: 'wait_rollout',
  applies: ({ operation }) => operation.facts.rollsOut === true,
  async act(scope, { provider }) {
    const { state } = scope;
    const wait = { until: 'settled', waitMs: MACHINE_WAIT_MS } as const;
    const seen = await provider.observeMachine(tagsOf(state), state.resources, wait);
    if (seen?.state === 'failed') throw new StepRefusal(DID_NOT_STAY_UP);
    if (seen?.state === 'stopped') return { kind: 'done' };
    if (seen?.state !== 'running') return notYet(scope);
    return {
      kind: 'done',
      commit: (next, now) => withApplied(scope, { ...next, endpoint: seen.endpoint, startedAt: now }, now),
    };
  },
};

export const stopMachine: Step = {
  name: 'stop_machine',
  applies: (scope) => machineIs(scope, 'running'),
  async act({ state }, { provider }) {
    await provider.stopMachine(tagsOf(state), state.resources);
    return { kind: 'done', facts: { tookDown: true } };
  },
};

/** A machine that is gone counts as stopped. */
export const waitStopped: Step = {
  name: 'wait_stopped',
  applies: (scope) => machineIs(scope, 'running'),
  async act(scope, { provider }) {
    const { state } = scope;
    const wait = { until: 'stopped', waitMs: MACHINE_WAIT_MS } as const;
    const seen = await provider.observeMachine(tagsOf(state), state.resources, wait);
    const atRest = seen === null || seen.state === 'stopped' || seen.state === 'failed';
    if (!atRest) return notYet(scope);
    return { kind: 'done', facts: { machine: seen === null ? 'absent' : 'stopped' } };
  },
};

/** Records that nothing runs, also where nothing had to be stopped. */
export const recordStopped: Step = {
  name: 'record_stopped',
  async act() {
    return { kind: 'done', commit: stopped };
  },
};

function stopped(state: InstanceState, now: number): InstanceState {
  if (state.status !== 'running') return state;
  return { ...state, status: 'stopped', endpoint: null, stoppedAt: now };
}
