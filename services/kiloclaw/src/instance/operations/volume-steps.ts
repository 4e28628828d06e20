/** The steps that make an instance's volume, look at it and grow it. */
import { tierOf } from '@kiloclaw/instance-tiers';
import { SETTLE_MS } from '../bounds.ts';
import { recordVolumeExtend } from '../hardware/record.ts';
import { regionOf, tagsOf, wantedSize } from './machine-spec.ts';
import { type Step, StepRefusal, type StepScope, type StepTools } from './step.ts';

/** Volume names may repeat at a provider: nothing but the look keeps a lost answer from making two. */
export const createVolume: Step = {
  name: 'create_volume',
  settleMs: SETTLE_MS,
  async look({ state, operation }, { provider }) {
    const found = await provider.findVolume(tagsOf(state), state.resources);
    const { volumesBefore = [] } = operation.facts;
    const isOlder = Object.values(found ?? {}).some((id) => volumesBefore.includes(String(id)));
    return isOlder ? null : found;
  },
  async act(scope, { provider }) {
    const { state, operation } = scope;
    const learned = await provider.createVolume(tagsOf(state), state.resources, {
      sizeGb: state.volumeSizeGb,
      // A first volume goes where it was asked for, else wherever there is room; a later one where the first one was.
      region: operation.kind === 'provision' ? (operation.params.region ?? null) : regionOf(state),
      machineSize: wantedSize(scope).given,
    });
    return { kind: 'done', learned };
  },
};

/** The volume's real size, whole GB. Refuses where the volume is gone, or does not tell its size. */
export async function seeVolume({ state }: StepScope, { provider }: StepTools): Promise<number> {
  const volume = await provider.observeVolume(tagsOf(state), state.resources);
  if (volume === null) {
    throw new StepRefusal({
      code: 'provider_error',
      message: 'The provider does not have this instance’s volume any more. See the drift in debug-status.',
      details: { drift: 'volume_missing' },
    });
  }
  if (volume.sizeGb === null) {
    throw new StepRefusal({
      code: 'provider_error',
      message: 'The provider does not tell the size of this instance’s volume. Try again later.',
    });
  }
  return volume.sizeGb;
}

/** What the volume is to have at least: the size asked for, or that of the tier. Whole GB. */
function targetSizeGbOf({ operation }: StepScope): number | null {
  const { targetSizeGb, targetTier } = operation.params;
  if (targetSizeGb !== undefined) return targetSizeGb;
  return targetTier === undefined ? null : tierOf(targetTier).volumeSizeGb;
}

/** The real size decides: what the provider has already is not asked for again. */
const checkRealSize: Step = {
  name: 'check_volume',
  async act(scope, tools) {
    const realVolumeSizeGb = await seeVolume(scope, tools);
    const targetSizeGb = targetSizeGbOf(scope) ?? realVolumeSizeGb;
    if (realVolumeSizeGb > targetSizeGb) {
      throw new StepRefusal({
        code: 'volume_not_larger',
        message: `The volume has ${realVolumeSizeGb} GB at the provider. It only grows: ask for more than that.`,
        details: { path: 'targetSizeGb', currentSizeGb: realVolumeSizeGb },
      });
    }
    return { kind: 'done', facts: { realVolumeSizeGb } };
  },
};

/** Grows the volume where it is smaller. Repeatable: the adapter looks at the size before it asks. */
export const growVolume: Step = {
  name: 'grow_volume',
  applies: (scope) => {
    const { realVolumeSizeGb } = scope.operation.facts;
    const targetSizeGb = targetSizeGbOf(scope);
    return realVolumeSizeGb !== undefined && targetSizeGb !== null && realVolumeSizeGb < targetSizeGb;
  },
  async act(scope, { provider }) {
    const { state } = scope;
    const targetSizeGb = targetSizeGbOf(scope);
    if (targetSizeGb === null) return { kind: 'done' };
    const grown = await provider.extendVolume(tagsOf(state), state.resources, targetSizeGb);
    return {
      kind: 'done',
      facts: { realVolumeSizeGb: grown.sizeGb, needsRestart: grown.needsRestart },
    };
  },
};

/** Provider first, then state. */
const recordExtend: Step = {
  name: 'record_extend',
  async act({ operation }) {
    const { realVolumeSizeGb, needsRestart = false } = operation.facts;
    if (realVolumeSizeGb === undefined) throw new Error('an extend was not told the size it reached');
    return {
      kind: 'done',
      commit: (state, now) => recordVolumeExtend(state, { sizeGb: realVolumeSizeGb, needsRestart }, now),
    };
  },
};

export const EXTEND_STEPS: readonly Step[] = [checkRealSize, growVolume, recordExtend];

/** The result of an extend, as the platform API answers it. */
export function extendResult({ state, operation }: Pick<StepScope, 'state' | 'operation'>) {
  return {
    previousSizeGb: operation.before?.volumeSizeGb ?? null,
    sizeGb: state.volumeSizeGb,
    needsRestart: (operation.facts.needsRestart ?? false) && state.status === 'running',
  };
}
