/** What an admin decides about a finding: the machine made anew on its volume, one machine kept, a retired volume let go. */
import type { RepairableFinding } from '@kiloclaw/platform-contract';
import { MACHINE_LOOK_AGAIN_MS } from '../bounds.ts';
import { findingOf, withFinding } from '../findings.ts';
import { withObservedPower } from '../reconcile/machine.ts';
import { machineIdsOf } from '../reconcile/sight.ts';
import { retiredVolumeIds, withoutRetired } from '../retired-volumes.ts';
import type { InstanceState } from '../state.ts';
import { ifItRan } from './conditions.ts';
import { fetchImage } from './fetch-image.ts';
import { learnHardware } from './learn-hardware.ts';
import { tagsOf } from './machine-spec.ts';
import { locateMachine } from './machine-steps.ts';
import type { OperationParams } from './operation.ts';
import { BRING_DOWN } from './power.ts';
import { BUILD_ANEW, checkRebuild, deleteMachine } from './rebuild-steps.ts';
import { type Step, StepRefusal, type StepScope } from './step.ts';
import { seeVolume } from './volume-steps.ts';

/** `keep:<id>` and `delete:<id>` name what they are about; `remount` names nothing. */
export function idOfChoice(choice: string): string {
  return choice.slice(choice.indexOf(':') + 1);
}

function chosenId({ operation }: StepScope): string {
  const { choice } = operation.params;
  if (choice === undefined) throw new Error('a repair without a choice was stored');
  return idOfChoice(choice);
}

const confirmVolumeThere: Step = {
  name: 'confirm_volume',
  async act(scope, tools) {
    await seeVolume(scope, tools);
    return { kind: 'done' };
  },
};

/** The mount of a machine can't be changed: it is taken away, and made anew on its own volume. */
const REMOUNT_STEPS: readonly Step[] = [
  confirmVolumeThere,
  locateMachine,
  learnHardware,
  checkRebuild,
  ifItRan(fetchImage),
  ...BRING_DOWN,
  deleteMachine,
  ...BUILD_ANEW,
];

/** One at a time, each by a list of its own: whatever has changed meanwhile is seen before the next one goes. */
const deleteOthers: Step = {
  name: 'delete_others',
  async act(scope, { provider }) {
    const { state } = scope;
    const tags = tagsOf(state);
    const kept = chosenId(scope);
    const machineIds = await machineIdsOf(provider, tags, state.resources);
    if (!machineIds.includes(kept)) {
      throw new StepRefusal({
        code: 'invalid_request',
        message: `choice: the machine ${kept} is not there any more. Nothing else was deleted: look at debug-status again.`,
        details: { path: 'choice', machineIds },
      });
    }
    const other = machineIds.find((id) => id !== kept);
    if (other === undefined) return { kind: 'done' };
    await provider.deleteMachine(tags, state.resources, other);
    return { kind: 'not_yet', afterMs: MACHINE_LOOK_AGAIN_MS };
  },
};

const adoptKept: Step = {
  name: 'adopt_kept',
  async act(scope, { provider }) {
    const { state } = scope;
    const tags = tagsOf(state);
    const kept = chosenId(scope);
    const resources = { ...state.resources, machineId: kept };
    const learned = await provider.findMachine(tags, resources);
    const seen = await provider.observeMachine(tags, { ...resources, ...learned });
    if (learned?.machineId !== kept || seen === null) {
      throw new StepRefusal({
        code: 'provider_error',
        message: `The machine ${kept} has gone while the others were deleted. The next start makes a new one.`,
      });
    }
    const isAnother = state.resources.machineId !== kept;
    const isOnItsWay = seen.state === 'transient' || seen.state === 'unknown';
    return {
      kind: 'done',
      learned,
      commit: (current, now) => {
        const power = isOnItsWay ? current : withObservedPower(current, seen, now);
        const next = isAnother ? { ...power, built: null } : power;
        return { ...next, drift: withFinding(next.drift, 'duplicate_machines', null, now) };
      },
    };
  },
};

const deleteRetiredVolume: Step = {
  name: 'delete_retired_volume',
  async act(scope, { provider }) {
    const { state } = scope;
    const volumeId = chosenId(scope);
    await provider.deleteVolume(tagsOf(state), state.resources, volumeId);
    return { kind: 'done', commit: (current, now) => withoutRetired(current, volumeId, now) };
  },
};

/** The ids that a finding is about, as its choices name them. */
export function foundIds(
  { drift }: Pick<InstanceState, 'drift'>,
  kind: 'duplicate_machines' | 'retired_volume',
): string[] {
  if (kind === 'retired_volume') return retiredVolumeIds({ drift });
  const ids = findingOf(drift, kind)?.details.machineIds;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

const STEPS: Readonly<Record<RepairableFinding, readonly Step[]>> = {
  volume_not_mounted: REMOUNT_STEPS,
  duplicate_machines: [deleteOthers, adoptKept],
  retired_volume: [deleteRetiredVolume],
};

/** The steps that the decided finding needs. Throws where a stored repair names none. */
export function repairSteps({ finding }: OperationParams): readonly Step[] {
  if (finding === undefined) throw new Error('a repair without a finding was stored');
  return STEPS[finding];
}

/** The result of a repair: what was decided, or what the reconcile adopted. */
export function repairResult({ operation, state }: Pick<StepScope, 'operation' | 'state'>) {
  const { finding, choice, adopted } = operation.params;
  if (adopted !== undefined) return { adopted };
  return { finding, choice, needsStart: state.status !== 'running' };
}
