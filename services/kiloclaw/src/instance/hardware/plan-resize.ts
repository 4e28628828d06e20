import { canUpgradeTo, type InstanceTierKey, isSizeOverrideActive, tierOf } from '@kiloclaw/instance-tiers';
import { cpuObservabilityOf, type Plan } from '@kiloclaw/platform-contract';
import { type Apply, drawPlan, type PlanFacts } from './plan.ts';
import { recordResize } from './record.ts';

export interface ResizeWish {
  readonly targetTier: InstanceTierKey;
  readonly apply: Apply;
}

/** A resize to a tier, by the upgrade policy against the actual hardware. */
export function planResize(facts: PlanFacts, { targetTier, apply }: ResizeWish): Plan {
  const { state, capabilities, now } = facts;
  const tier = tierOf(targetTier);
  const decision = canUpgradeTo(state, targetTier, cpuObservabilityOf(capabilities));
  const { volumeSizeGb } = state;
  const grownGb = capabilities.volumesAreSized ? Math.max(volumeSizeGb ?? 0, tier.volumeSizeGb) : null;
  const isRunning = state.status === 'running';
  // Where the size applies at once the provider restarts the machine by itself.
  const appliesByItself = apply === 'now' || capabilities.sizeAppliesAt === 'once';
  const override = state.adminMachineSizeOverride;
  return drawPlan(facts, {
    action: 'resize',
    asked: { targetTier, apply },
    apply,
    policy: decision.allowed ? null : { code: decision.reason, message: decision.message },
    after: recordResize(state, tier, grownGb, now),
    cleared: override !== null && isSizeOverrideActive(override, now) ? override : null,
    irreversible: grownGb !== null && grownGb !== volumeSizeGb ? ['volume_growth'] : [],
    requires: isRunning ? (appliesByItself ? [] : ['stop', 'start']) : ['start'],
    downtime: isRunning ? 'restart' : 'none',
  });
}
