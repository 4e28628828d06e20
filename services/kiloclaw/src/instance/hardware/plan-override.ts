import {
  type AdminSizeOverridePayload,
  effectiveMachineSize,
  isSizeOverrideActive,
  overrideIsLarger,
} from '@kiloclaw/instance-tiers';
import { cpuObservabilityOf, type Failure, type Plan } from '@kiloclaw/platform-contract';
import type { InstanceState } from '../state.ts';
import { waitsForRestart } from './pending-restart.ts';
import { type Apply, drawPlan, type PlanDraft, type PlanFacts } from './plan.ts';

/** The longest that a size may be lent with an end. */
const LENT_MOST_MS = 30 * 24 * 60 * 60_000;

/** Lending a size: never anything that is billed. */
export function planSetOverride(
  facts: PlanFacts,
  { override, apply }: { readonly override: AdminSizeOverridePayload; readonly apply: Apply },
): Plan {
  const { machineSize, preset } = override;
  return drawPlan(facts, {
    action: 'set_override',
    asked: { machineSize, preset, apply },
    policy: overrideRefusal(facts, override),
    ...overrideChange(facts, { ...facts.state, adminMachineSizeOverride: override }, apply),
  });
}

/** Taking it back. Always allowed: what is not set is cleared as well. */
export function planClearOverride(facts: PlanFacts, { apply }: { readonly apply: Apply }): Plan {
  return drawPlan(facts, {
    action: 'clear_override',
    asked: { apply },
    policy: null,
    ...overrideChange(facts, { ...facts.state, adminMachineSizeOverride: null }, apply),
  });
}

type OverrideChange = Omit<PlanDraft, 'action' | 'asked' | 'policy'>;

function overrideChange(
  { state, capabilities, now }: PlanFacts,
  after: InstanceState,
  apply: Apply,
): OverrideChange {
  const waits = waitsForRestart(after, now);
  const isNow = apply === 'now' && waits;
  const raises = capabilities.sizeAppliesAt === 'live_upwards' && growsAll(state, after, now);
  const byHand: Plan['requires'] = state.status === 'running' ? (waits ? ['restart'] : []) : ['start'];
  return {
    apply,
    after,
    cleared: state.adminMachineSizeOverride,
    irreversible: [],
    requires: isNow ? [] : byHand,
    downtime: isNow && !raises ? 'restart' : 'none',
  };
}

/** Less of either CPU or RAM is a restart everywhere. */
function growsAll({ built }: InstanceState, after: InstanceState, now: number): boolean {
  const wanted = effectiveMachineSize({ ...after, now });
  if (built === null || wanted === null) return false;
  return wanted.cpus >= built.size.cpus && wanted.memory_mb >= built.size.memory_mb;
}

function overrideRefusal(facts: PlanFacts, override: AdminSizeOverridePayload): Failure | null {
  const { state, capabilities, now } = facts;
  const endsAt = override.expiresAt === undefined ? null : Date.parse(override.expiresAt);
  if (endsAt !== null && (endsAt <= now || endsAt > now + LENT_MOST_MS)) {
    const message = 'expiresAt: must be in the future, and at most 30 days away.';
    return { code: 'invalid_request', message, details: { path: 'expiresAt' } };
  }
  const { machineSize: own, adminMachineSizeOverride: before } = state;
  // Renewed on hardware that nobody has recorded: the machine may be on lent hardware, and tells nothing of its own.
  if (own === null && before !== null && isSizeOverrideActive(before, now)) return null;
  if (own === null) {
    const message =
      'The own size of this instance is not known, and could not be learned from the provider just now. Try again, or resize it to a tier.';
    return { code: 'provider_error', message, details: { retryMayHelp: true } };
  }
  if (overrideIsLarger(own, override.machineSize, cpuObservabilityOf(capabilities))) return null;
  const message = `The preset is not larger than the instance’s own ${own.cpus} CPUs and ${own.memory_mb} MB. Lend a larger one.`;
  return { code: 'override_not_larger', message, details: { path: 'preset' } };
}
