/** The steps that make, change and power a machine; provision, start, stop and restart are composed of them. */
import { MACHINE_LOOK_AGAIN_MS, MACHINE_START_TRIES, MACHINE_WAIT_MS } from '../bounds.ts';
import type { InstanceState } from '../state.ts';
import { appliedNow, currentBuild, machineSpec, tagsOf, wantedBuild, wantedSize } from './machine-spec.ts';
import { type Step, StepRefusal, type StepScope, type StepTools } from './step.ts';

/** What the provider would have to do to the machine that is there. */
function changeOf(scope: StepScope, tools: Pick<StepTools, 'provider'>): 'none' | 'update' | 'replace' {
  const current = currentBuild(scope.state);
  return current === null ? 'update' : tools.provider.machineChange(current, wantedBuild(scope));
}

const machineIs = (scope: StepScope, ...known: string[]) =>
  known.includes(scope.operation.facts.machine ?? 'unknown');

/** Where the machine is now, by its id, else by tag and name: the truth that the steps after it go by. */
export const locateMachine: Step = {
  name: 'locate_machine',
  async act({ state }, { provider }) {
    const tags = tagsOf(state);
    const seen = await provider.observeMachine(tags, state.resources);
    if (seen !== null) return located(seen.state);
    const found = await provider.findMachine(tags, state.resources);
    if (found === null) return { kind: 'done', facts: { machine: 'absent' } };
    const adopted = await provider.observeMachine(tags, { ...state.resources, ...found });
    return adopted === null
      ? { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS }
      : { ...located(adopted.state), learned: found };
  },
};

function located(machine: string) {
  if (machine === 'running' || machine === 'stopped') return { kind: 'done', facts: { machine } } as const;
  // A machine that failed to boot is at rest: it can be changed and started.
  if (machine === 'failed') return { kind: 'done', facts: { machine: 'stopped' } } as const;
  return { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS } as const;
}

/** Asks the provider whether the size fits, before anything is changed. */
export const checkSize: Step = {
  name: 'check_size',
  applies: (scope) => !machineIs(scope, 'running'),
  async act({ state, now }, { provider }) {
    const given = await provider.fitSize(wantedSize(state, now).size);
    return { kind: 'done', facts: { given } };
  },
};

/** Takes a machine away that can't be changed in place; the volume stays. */
export const removeReplacedMachine: Step = {
  name: 'remove_replaced_machine',
  applies: (scope) => machineIs(scope, 'stopped'),
  async act(scope, tools) {
    if (changeOf(scope, tools) !== 'replace') return { kind: 'done' };
    await tools.provider.deleteMachines(tagsOf(scope.state), scope.state.resources);
    return { kind: 'done', facts: { machine: 'absent' } };
  },
};

export const updateMachine: Step = {
  name: 'update_machine',
  applies: (scope) => machineIs(scope, 'stopped'),
  async act(scope, tools) {
    if (changeOf(scope, tools) === 'none') return { kind: 'done' };
    const spec = await machineSpec(scope, tools.vault);
    const learned = await tools.provider.updateMachine(tagsOf(scope.state), scope.state.resources, spec);
    return { kind: 'done', learned, commit: (state) => ({ ...state, applied: appliedNow(scope) }) };
  },
};

export const startMachine: Step = {
  name: 'start_machine',
  applies: (scope) => machineIs(scope, 'stopped'),
  async act({ state }, { provider }) {
    await provider.startMachine(tagsOf(state), state.resources);
    return { kind: 'done' };
  },
};

/** A machine is made only where none was found; its deterministic name refuses the second one. */
export const createMachine: Step = {
  name: 'create_machine',
  applies: (scope) => machineIs(scope, 'absent'),
  look: ({ state }, { provider }) => provider.findMachine(tagsOf(state), state.resources),
  async act(scope, { provider, vault }) {
    const spec = await machineSpec(scope, vault);
    return {
      kind: 'done',
      learned: await provider.createMachine(tagsOf(scope.state), scope.state.resources, spec),
    };
  },
  commit: (scope, state) => ({ ...state, applied: appliedNow(scope) }),
};

export const waitRunning: Step = {
  name: 'wait_running',
  async act({ state, operation }, { provider }) {
    const wait = { until: 'running', waitMs: MACHINE_WAIT_MS } as const;
    const seen = await provider.observeMachine(tagsOf(state), state.resources, wait);
    if (seen?.state === 'failed') throw new StepRefusal(DID_NOT_STAY_UP);
    // Made, but never asked to start: the process ended between the two. Or it came up and ended at once.
    if (seen?.state === 'stopped') {
      const tries = operation.steps[operation.position]?.failures ?? 0;
      if (tries >= MACHINE_START_TRIES) throw new StepRefusal(DID_NOT_STAY_UP);
      return { kind: 'rewind', to: startMachine.name, facts: { machine: 'stopped' }, afterMs: 0 };
    }
    if (seen?.state !== 'running') return { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS };
    return {
      kind: 'done',
      facts: { machine: 'running' },
      commit: (current, now) => running(current, seen.endpoint, now),
    };
  },
};

const DID_NOT_STAY_UP = {
  code: 'provider_error',
  message: 'The machine did not stay up. Check its image and its log.',
} as const;

function running(state: InstanceState, endpoint: string | null, now: number): InstanceState {
  const startedAt = state.status === 'running' ? state.startedAt : now;
  return {
    ...state,
    status: 'running',
    endpoint,
    startedAt,
    trackedImageTag: state.configuration?.image ?? null,
  };
}

export const stopMachine: Step = {
  name: 'stop_machine',
  applies: (scope) => machineIs(scope, 'running'),
  async act({ state }, { provider }) {
    await provider.stopMachine(tagsOf(state), state.resources);
    return { kind: 'done' };
  },
};

/** A machine that is gone counts as stopped. */
export const waitStopped: Step = {
  name: 'wait_stopped',
  applies: (scope) => machineIs(scope, 'running'),
  async act({ state }, { provider }) {
    const wait = { until: 'stopped', waitMs: MACHINE_WAIT_MS } as const;
    const seen = await provider.observeMachine(tagsOf(state), state.resources, wait);
    const atRest = seen === null || seen.state === 'stopped' || seen.state === 'failed';
    if (!atRest) return { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS };
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
