/** What the policies say to each action before anybody chooses a tier, a preset or a size: whether any choice is left. Pure. */
import {
  type CpuObservability,
  canUpgradeTo,
  OFFERED_TIER_KEYS,
  OVERRIDE_PRESETS,
  overrideIsLarger,
} from '@kiloclaw/instance-tiers';
import {
  type ActionPolicies,
  cpuObservabilityOf,
  type Failure,
  type ProviderCapabilities,
  VOLUME_MAX_GB,
} from '@kiloclaw/platform-contract';
import { isRepairable, refusalWithout } from '../findings.ts';
import type { InstanceState } from '../state.ts';

/** The refusal of each action that has no choice left, or null. */
export function actionPolicies(state: InstanceState, capabilities: ProviderCapabilities): ActionPolicies {
  const observability = cpuObservabilityOf(capabilities);
  return {
    resize: resizePolicy(state, observability),
    set_override: overridePolicy(state, observability),
    extend_volume: extendPolicy(state),
    repair: state.drift.some(({ kind }) => isRepairable(kind)) ? null : NOTHING_TO_REPAIR,
    replace_volume: refusalWithout(state.drift, 'volume_missing'),
  };
}

const NOTHING_TO_REPAIR: Failure = {
  code: 'invalid_request',
  message: 'Nothing was found that has to be decided: there is nothing to repair.',
};

function resizePolicy(state: InstanceState, observability: CpuObservability): Failure | null {
  const decisions = OFFERED_TIER_KEYS.map((key) => canUpgradeTo(state, key, observability));
  if (decisions.some(({ allowed }) => allowed)) return null;
  const last = decisions.at(-1);
  return last === undefined || last.allowed ? null : { code: last.reason, message: last.message };
}

function overridePolicy({ machineSize }: InstanceState, observability: CpuObservability): Failure | null {
  const isLarger = Object.values(OVERRIDE_PRESETS).some(
    (lent) => machineSize === null || overrideIsLarger(machineSize, lent, observability),
  );
  if (isLarger) return null;
  return { code: 'override_not_larger', message: 'No preset is larger than the instance’s own size.' };
}

function extendPolicy({ volumeSizeGb }: InstanceState): Failure | null {
  if (volumeSizeGb === null || volumeSizeGb < VOLUME_MAX_GB) return null;
  return {
    code: 'volume_size_out_of_range',
    message: `The volume has ${volumeSizeGb} GB: ${VOLUME_MAX_GB} GB is the most that there is.`,
  };
}
