import { type Failure, type Plan, VOLUME_MAX_GB, VOLUME_MIN_GB } from '@kiloclaw/platform-contract';
import type { InstanceState } from '../state.ts';
import { drawPlan, type PlanFacts } from './plan.ts';
import { recordVolumeExtend } from './record.ts';

export interface ExtendWish {
  /** Whole GB in all. */
  readonly targetSizeGb: number;
  readonly appName: string | null;
  readonly volumeId: string | null;
}

/** A larger volume. What the provider has by now is looked at by the operation's first step. */
export function planExtend(facts: PlanFacts, wish: ExtendWish): Plan {
  const { state, now } = facts;
  const policy = extendRefusal(state, wish);
  const { targetSizeGb } = wish;
  const after =
    policy === null ? recordVolumeExtend(state, { sizeGb: targetSizeGb, needsRestart: false }, now) : state;
  return drawPlan(facts, {
    action: 'extend_volume',
    asked: wish,
    apply: 'manual',
    policy,
    after,
    cleared: null,
    irreversible: after.volumeSizeGb === state.volumeSizeGb ? [] : ['volume_growth'],
    requires: [],
    downtime: 'none',
  });
}

function extendRefusal(
  state: InstanceState,
  { targetSizeGb, appName, volumeId }: ExtendWish,
): Failure | null {
  const isWhole = Number.isInteger(targetSizeGb);
  if (!isWhole || targetSizeGb < VOLUME_MIN_GB || targetSizeGb > VOLUME_MAX_GB) {
    const message = `targetSizeGb: give a whole number of GB from ${VOLUME_MIN_GB} to ${VOLUME_MAX_GB}.`;
    return { code: 'volume_size_out_of_range', message, details: { path: 'targetSizeGb' } };
  }
  const mismatch = named(state, 'appName', appName) ?? named(state, 'volumeId', volumeId);
  if (mismatch !== null) return mismatch;
  const { volumeSizeGb } = state;
  if (volumeSizeGb !== null && targetSizeGb < volumeSizeGb) {
    const message = `targetSizeGb: the volume has ${volumeSizeGb} GB already, and only grows. Ask for more than that.`;
    return {
      code: 'volume_not_larger',
      message,
      details: { path: 'targetSizeGb', currentSizeGb: volumeSizeGb },
    };
  }
  return null;
}

/** What the caller takes for this instance's has to be this instance's. */
function named(state: InstanceState, field: 'appName' | 'volumeId', given: string | null): Failure | null {
  if (given === null || given === state.resources[field]) return null;
  const message = `${field}: ${given} is not this instance’s own. Nothing was changed: look at providerState in debug-status.`;
  return { code: 'volume_mismatch', message, details: { path: field } };
}
