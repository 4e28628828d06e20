/** The steps that find, make and change a machine; operations are composed of them and of the power steps. */
import { sameMachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import type { MachineObservation } from '../../providers/provider.ts';
import { soundMachine } from '../backfill.ts';
import { MACHINE_LOOK_AGAIN_MS } from '../bounds.ts';
import { withBuiltSeen } from '../built.ts';
import { isRetired } from '../retired-volumes.ts';
import type { InstanceState } from '../state.ts';
import { machineIs, onlyIf } from './conditions.ts';
import { onNoRoom } from './full-host.ts';
import { HOLD_MACHINE, holdBeforeStop, holdMachine } from './hold.ts';
import { builtNow, knownSize, machineSpec, tagsOf, wantedBuild, wantedSize } from './machine-spec.ts';
import { notYet, type Step, type StepOutcome, type StepScope, type StepTools } from './step.ts';

/** What the provider would have to do to the machine that is there. */
function changeOf(
  scope: StepScope,
  { provider }: Pick<StepTools, 'provider'>,
): 'none' | 'update' | 'replace' {
  const { built, configuration } = scope.state;
  const wanted = wantedBuild(scope);
  if (built !== null) return provider.machineChange(built, wanted);
  if (configuration === null) return 'update';
  // What nobody knows is not what is wanted: where it can't be changed in place, the machine is made anew.
  return provider.machineChange({ ...wanted, configurationFingerprint: null }, wanted);
}

/** Where the machine is now, by its id, else by tag and name: the truth that the steps after it go by. */
export const locateMachine: Step = {
  name: 'locate_machine',
  async act(scope, { provider }) {
    const { state } = scope;
    const tags = tagsOf(state);
    const { capabilities } = provider;
    const seen = soundMachine(await provider.observeMachine(tags, state.resources));
    if (seen !== null) return located(scope, seen, capabilities);
    const learned = await provider.findMachine(tags, state.resources);
    if (learned === null) return located(scope, null, capabilities);
    const adopted = soundMachine(await provider.observeMachine(tags, { ...state.resources, ...learned }));
    return adopted === null
      ? { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS }
      : { ...located(scope, adopted, capabilities), learned };
  },
};

/** `wasRunning` is what the first look found: the way back starts from there. */
function located(
  scope: StepScope,
  seen: MachineObservation | null,
  { sizeAppliesAt }: ProviderCapabilities,
): Found {
  const wasRunning = scope.operation.facts.wasRunning ?? ranBefore(scope, seen);
  if (seen === null) return { kind: 'done', facts: { machine: 'absent', wasRunning } };
  const appliesAtOnce = sizeAppliesAt === 'once';
  // What does not come up on its new size is given the old one: that must not wait for it to come up.
  const hangs = appliesAtOnce && scope.operation.phase === 'undo' && seen.state === 'transient';
  // A machine that failed to boot is at rest: it can be changed and started.
  const machine = seen.state === 'failed' ? 'stopped' : hangs ? 'running' : seen.state;
  if (machine !== 'running' && machine !== 'stopped') return notYet(scope);
  const commit = (next: InstanceState, now: number) => withBuiltSeen(next, seen, now);
  const isElsewhere = isRetired(scope.state, seen.mountedVolumeId);
  const facts = {
    machine,
    wasRunning,
    ...(isElsewhere && { isOnRetiredVolume: true }),
    ...(appliesAtOnce && { appliesAtOnce }),
  } as const;
  return { kind: 'done', facts, commit };
}

type Found = Extract<StepOutcome, { kind: 'done' | 'not_yet' }>;

/** What is to be applied now to a running instance brings its machine up, also where it has just died of its size. */
function ranBefore({ state, operation }: StepScope, seen: MachineObservation | null): boolean {
  return seen?.state === 'running' || (operation.params.apply === 'now' && state.status === 'running');
}

/**
 * Asks the provider whether the size fits, before anything is changed. A machine of unknown size is started as
 * it is: there is nothing to ask for.
 */
export const checkSize: Step = {
  name: 'check_size',
  applies: (scope) => machineIs(scope, 'absent') || knownSize(scope) !== null,
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

/** What the machine is built as by now is another size than the wanted one, or not known. */
function changesSize(scope: StepScope): boolean {
  const { built } = scope.state;
  return (
    knownSize(scope) !== null && (built === null || !sameMachineSize(built.size, wantedBuild(scope).size))
  );
}

/** Held before a machine that runs is taken down for its new size. */
export const holdToTakeDown = onlyIf(
  (scope) => machineIs(scope, 'running') && changesSize(scope),
  holdBeforeStop,
);
/** Held while its size is changed at rest. */
export const holdToBuild = onlyIf((scope) => canBeBuilt(scope) && changesSize(scope), holdMachine);

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
    const { built: sizeBefore } = state;
    const facts = { isUnsettled: true, ...(sizeBefore !== null && { sizeBefore }) };
    return { kind: 'done', learned, commit, facts };
  },
  recover: (scope, error, capabilities) => onNoRoom(scope, error, capabilities, HOLD_MACHINE),
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
  recover: (scope, error, capabilities) => onNoRoom(scope, error, capabilities, 'create_machine'),
  commit: (scope, state) => ({ ...state, built: builtNow(scope) }),
};
