/**
 * Another tier, for good. What a provider can refuse comes first, while there is a way back: the size, on a machine
 * at rest. Once the volume has grown there is only the way forward.
 */
import { canUpgradeTo, isSizeOverrideActive, sameMachineSize, tierOf } from '@kiloclaw/instance-tiers';
import { cpuObservabilityOf } from '@kiloclaw/platform-contract';
import { mayBeLent, soundMachine } from '../backfill.ts';
import { recordResize, recordVolumeGrown } from '../hardware/record.ts';
import { canBeSized, ifItRan, machineIs, onlyIf, sizedFacts } from './conditions.ts';
import { fetchImage } from './fetch-image.ts';
import { holdBeforeStop, holdMachine, releaseMachine, waitSettled } from './hold.ts';
import { builtNow, tagsOf } from './machine-spec.ts';
import { checkSize, locateMachine } from './machine-steps.ts';
import type { Operation } from './operation.ts';
import { BRING_DOWN, BRING_UP } from './power.ts';
import { startAsItWas, waitRollout, waitRunning } from './power-steps.ts';
import { type Step, StepRefusal, type StepScope, type StepTools } from './step.ts';
import { growVolume, seeVolume } from './volume-steps.ts';

function targetOf(operation: Operation) {
  const { targetTier } = operation.params;
  if (targetTier === undefined) throw new Error('a resize without a target tier was stored');
  return tierOf(targetTier);
}

/**
 * The hardware as it really is, held against the tier once more: a volume that somebody grew behind our back, or a size
 * that nobody could learn before the acceptance.
 */
const checkHardware: Step = {
  name: 'check_hardware',
  async act(scope, tools) {
    const { state, operation, now } = scope;
    const { capabilities } = tools.provider;
    const realVolumeSizeGb = capabilities.volumesAreSized ? await seeVolume(scope, tools) : null;
    const machineSize = state.machineSize ?? (await unrecordedSize(scope, tools, now));
    const current = { machineSize, volumeSizeGb: realVolumeSizeGb };
    const decision = canUpgradeTo(current, targetOf(operation).key, cpuObservabilityOf(capabilities));
    const isNew = state.machineSize === null || realVolumeSizeGb !== state.volumeSizeGb;
    if (isNew && !decision.allowed) {
      throw new StepRefusal({ code: decision.reason, message: decision.message });
    }
    return { kind: 'done', facts: realVolumeSizeGb === null ? {} : { realVolumeSizeGb } };
  },
};

/** Null where there is no machine, or where its size may be a lent one. */
async function unrecordedSize({ state }: StepScope, { provider }: StepTools, now: number) {
  const machine = soundMachine(await provider.observeMachine(tagsOf(state), state.resources));
  return machine === null || mayBeLent(state, machine.sizeSource, now) ? null : machine.size;
}

const RUNS_AFTER_ALL = {
  code: 'instance_not_stopped',
  message: 'The machine runs at the provider, though it was recorded as stopped. Stop it, then resize again.',
} as const;

const SIZE_UNTOLD = {
  code: 'provider_error',
  message:
    'The provider does not tell the size of this machine, so that it could not be given back. Nothing was changed: try again later.',
  details: { retryMayHelp: true },
} as const;

/**
 * What the machine is before anything changes, for the way back. Stored before the size is put: a look after a lost
 * answer would find the new size already.
 */
const noteSize: Step = {
  name: 'note_size',
  applies: (scope) => machineIs(scope, 'stopped', 'running'),
  async act({ state }, { provider }) {
    if (state.built !== null) return { kind: 'done', facts: { sizeBefore: state.built } };
    const seen = soundMachine(await provider.observeMachine(tagsOf(state), state.resources));
    if (seen === null || seen.size === null) throw new StepRefusal(SIZE_UNTOLD);
    const { size, configurationFingerprint } = seen;
    // One that does not say where its size came from may run on a lent one: put back, it must teach nobody its size.
    const sizeSource = seen.sizeSource ?? 'override';
    return {
      kind: 'done',
      facts: { sizeBefore: { size, asked: size, sizeSource, configurationFingerprint } },
    };
  },
};

/**
 * Where the size applies at once the volume grows first: a machine that has come up on its new size is done with. What
 * has grown stays, also where the size is then refused, and is on record at once.
 */
const growVolumeFirst: Step = {
  ...onlyIf(({ operation }) => operation.facts.appliesAtOnce === true, growVolume),
  name: 'grow_volume_first',
  async act(scope, tools) {
    const outcome = await growVolume.act(scope, tools);
    const sizeGb = outcome.kind === 'done' ? outcome.facts?.realVolumeSizeGb : undefined;
    if (sizeGb === undefined) return outcome;
    return { ...outcome, commit: (state, now) => recordVolumeGrown(state, sizeGb, now) };
  },
};

/** Puts the new size on the machine: here a full host says no, and nothing has changed then. */
const putSize: Step = {
  name: 'put_size',
  applies: (scope) => machineIs(scope, 'stopped', 'running'),
  async act(scope, { provider }) {
    if (!canBeSized(scope)) throw new StepRefusal(RUNS_AFTER_ALL);
    const { state, operation } = scope;
    const learned = await provider.changeMachineSize(tagsOf(state), state.resources, builtNow(scope));
    const configurationFingerprint = operation.facts.sizeBefore?.configurationFingerprint ?? null;
    const built = { ...builtNow(scope), configurationFingerprint };
    return { kind: 'done', learned, facts: sizedFacts(scope), commit: (next) => ({ ...next, built }) };
  },
};

/** Type, size and volume, and the end of an override, in one write. */
const commitTier: Step = {
  name: 'commit_tier',
  async act(scope) {
    const { state, operation, now } = scope;
    const override = state.adminMachineSizeOverride;
    const wasActive = override !== null && isSizeOverrideActive(override, now);
    const tier = targetOf(operation);
    const { realVolumeSizeGb } = operation.facts;
    return {
      kind: 'done',
      facts: { clearedOverride: wasActive ? override : null },
      commit: (next, at) => recordResize(next, tier, realVolumeSizeGb ?? null, at),
    };
  },
};

const ifStopped = (step: Step) =>
  onlyIf(({ operation: { params, facts } }) => params.apply === 'now' && facts.appliesAtOnce !== true, step);

export const RESIZE_STEPS: readonly Step[] = [
  locateMachine,
  checkHardware,
  checkSize,
  noteSize,
  growVolumeFirst,
  ifStopped(ifItRan(fetchImage)),
  ...[holdBeforeStop, ...BRING_DOWN].map(ifStopped),
  // Anew: the stop may have taken longer than a hold lasts.
  holdMachine,
  putSize,
  waitSettled,
  waitRollout,
  releaseMachine,
  growVolume,
  commitTier,
  ...BRING_UP.map(ifItRan),
];

/** Gives the machine the size back that it had; what it has already is left alone. */
export const restoreSize: Step = {
  name: 'restore_size',
  applies: canBeSized,
  async act(scope, { provider }) {
    const { state, operation } = scope;
    const before = operation.facts.sizeBefore ?? state.built;
    if (before === null) return { kind: 'done' };
    const tags = tagsOf(state);
    const seen = await provider.observeMachine(tags, state.resources);
    const isAsBefore = seen === null || (seen.size !== null && sameMachineSize(seen.size, before.size));
    if (isAsBefore) return { kind: 'done', commit: (next) => ({ ...next, built: before }) };
    const learned = await provider.changeMachineSize(tags, state.resources, before);
    const facts = sizedFacts(scope);
    return { kind: 'done', learned, facts, commit: (next) => ({ ...next, built: before }) };
  },
};

/** Only what has been held before: a machine that others keep has not been changed. */
const holdAgain = onlyIf(({ operation }) => operation.facts.isHeld === true, holdMachine);

/** A resize that was refused leaves the machine as it was, running if it ran; a volume never shrinks again. */
export const UNDO_RESIZE_STEPS: readonly Step[] = [
  locateMachine,
  holdAgain,
  restoreSize,
  waitSettled,
  waitRollout,
  releaseMachine,
  ...[startAsItWas, waitRunning].map(ifItRan),
];

/** Giving the size back is tried until it succeeds; a machine that then does not come up again ends the operation. */
export function givesUpUndo({ steps }: Pick<Operation, 'steps'>): 'persist' | 'fail' {
  const restored = steps.find(({ name }) => name === restoreSize.name)?.status;
  return restored === 'succeeded' || restored === 'skipped' ? 'fail' : 'persist';
}

/** Whether the tier has been committed: from there on nothing is taken back. */
export function isResized({ steps }: Pick<Operation, 'steps'>): boolean {
  return steps.some(({ name, status }) => name === commitTier.name && status === 'succeeded');
}

/** The result of a resize, as the platform API answers it. */
export function resizeResult({ state, operation }: Pick<StepScope, 'state' | 'operation'>) {
  const { before, facts } = operation;
  const { instanceType, machineSize, volumeSizeGb } = state;
  return {
    previousTier: before?.instanceType ?? null,
    newTier: instanceType,
    previous: { machineSize: before?.machineSize ?? null, volumeSizeGb: before?.volumeSizeGb ?? null },
    current: { machineSize, volumeSizeGb },
    clearedOverride: facts.clearedOverride ?? null,
    needsStart: state.status !== 'running',
  };
}
