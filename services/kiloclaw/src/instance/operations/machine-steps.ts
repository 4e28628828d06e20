/** The steps that find, make and change a machine; operations are composed of them and of the power steps. */
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import { ProviderError } from '../../providers/provider-error.ts';
import { MACHINE_LOOK_AGAIN_MS } from '../bounds.ts';
import type { InstanceState } from '../state.ts';
import { builtNow, knownSize, machineSpec, tagsOf, wantedBuild, wantedSize } from './machine-spec.ts';
import type { Step, StepOutcome, StepScope, StepTools } from './step.ts';

/** What the provider would have to do to the machine that is there. */
function changeOf(scope: StepScope, tools: Pick<StepTools, 'provider'>): 'none' | 'update' | 'replace' {
  const { built } = scope.state;
  return built === null ? 'update' : tools.provider.machineChange(built, wantedBuild(scope));
}

export const machineIs = (scope: StepScope, ...known: string[]) =>
  known.includes(scope.operation.facts.machine ?? 'unknown');

/** Where the machine is now, by its id, else by tag and name: the truth that the steps after it go by. */
export const locateMachine: Step = {
  name: 'locate_machine',
  async act({ state, operation }, { provider }) {
    const tags = tagsOf(state);
    const found = (machine: string) => located(machine, operation.facts.wasRunning);
    const seen = await provider.observeMachine(tags, state.resources);
    if (seen !== null) return found(seen.state);
    const learned = await provider.findMachine(tags, state.resources);
    if (learned === null) return found('absent');
    const adopted = await provider.observeMachine(tags, { ...state.resources, ...learned });
    return adopted === null
      ? { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS }
      : { ...found(adopted.state), learned };
  },
};

/** `wasRunning` is what the first look found: the way back starts from there. */
function located(
  machine: string,
  wasRunning = machine === 'running',
): Extract<StepOutcome, { kind: 'done' | 'not_yet' }> {
  if (machine === 'running' || machine === 'stopped' || machine === 'absent') {
    return { kind: 'done', facts: { machine, wasRunning } };
  }
  // A machine that failed to boot is at rest: it can be changed and started.
  if (machine === 'failed') return { kind: 'done', facts: { machine: 'stopped', wasRunning } };
  return { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS };
}

/**
 * Asks the provider whether the size fits, before anything is changed. A machine of unknown size is started as
 * it is: there is nothing to ask for.
 */
export const checkSize: Step = {
  name: 'check_size',
  applies: (scope) => !(machineIs(scope, 'stopped') && knownSize(scope) === null),
  async act(scope, { provider }) {
    const { asked, source } = wantedSize(scope);
    return { kind: 'done', facts: { fit: { asked, source, given: await provider.fitSize(asked) } } };
  },
};

const canBeBuilt = (scope: StepScope) => machineIs(scope, 'stopped') && knownSize(scope) !== null;

/** Takes a machine away that can't be changed in place; the volume stays. */
export const removeReplacedMachine: Step = {
  name: 'remove_replaced_machine',
  applies: (scope) => canBeBuilt(scope) && scope.state.configuration !== null,
  async act(scope, tools) {
    if (changeOf(scope, tools) !== 'replace') return { kind: 'done' };
    await tools.provider.deleteMachines(tagsOf(scope.state), scope.state.resources);
    return { kind: 'done', facts: { machine: 'absent' } };
  },
};

export const updateMachine: Step = {
  name: 'update_machine',
  applies: canBeBuilt,
  async act(scope, tools) {
    const commit = (next: InstanceState) => ({ ...next, built: builtNow(scope) });
    if (changeOf(scope, tools) === 'none') return { kind: 'done', commit };
    const { state } = scope;
    const learned =
      state.configuration === null
        ? await tools.provider.changeMachineSize(tagsOf(state), state.resources, wantedBuild(scope))
        : await tools.provider.updateMachine(
            tagsOf(state),
            state.resources,
            await machineSpec(scope, tools.vault),
          );
    return { kind: 'done', learned, commit };
  },
  recover: onSizeBefore,
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
  commit: (scope, state) => ({ ...state, built: builtNow(scope) }),
};

const NO_ROOM = ['host_full', 'region_full', 'quota'];

/**
 * No room for the size asked for: the machine goes on with the one that it ran on before. What was asked stays on
 * record, and the finding `size_differs` tells of it.
 */
export function onSizeBefore(scope: StepScope, error: unknown): StepOutcome | null {
  const { state, operation } = scope;
  if (!(error instanceof ProviderError) || !NO_ROOM.includes(error.kind)) return null;
  if (operation.facts.fallback !== undefined || state.applied === null) return null;
  const { given: size, source } = state.applied;
  if (sameMachineSize(size, wantedBuild(scope).size)) return null;
  return { kind: 'rewind', to: updateMachine.name, facts: { fallback: { size, source } }, afterMs: 0 };
}
