/** Which plan a size is given, and what a plan stands for. Pure. */
import {
  INSTANCE_TIER_KEYS,
  INSTANCE_TIERS,
  type InstanceTier,
  type InstanceTierKey,
  type MachineSize,
  sameMachineSize,
} from '@kiloclaw/instance-tiers';
import { northflankError } from './errors.ts';
import { findPlan, type Plan, planOfSize, smallestPlanFor } from './plans.ts';

export const DEFAULT_PLAN_VARIABLE = 'NF_DEPLOYMENT_PLAN';

type WithUnderscores<Key extends string> = Key extends `${infer Head}-${infer Tail}`
  ? `${Head}_${WithUnderscores<Tail>}`
  : Key;

export type PlanVariable = `NF_DEPLOYMENT_PLAN_${Uppercase<WithUnderscores<InstanceTierKey>>}`;

/** The environment variable that names a tier's plan: `NF_DEPLOYMENT_PLAN_PERF_4_8`. */
export function planVariableOf(key: InstanceTierKey): PlanVariable {
  return `NF_DEPLOYMENT_PLAN_${key.toUpperCase().replaceAll('-', '_')}` as PlanVariable;
}

export const PLAN_VARIABLES: readonly PlanVariable[] = INSTANCE_TIER_KEYS.map(planVariableOf);

/** Plans by their ids, all of them in the list. */
export type PlanSettings = Readonly<
  Partial<Record<PlanVariable | typeof DEFAULT_PLAN_VARIABLE, string | undefined>>
>;

/** CPUs have one kind here, so that a size keeps the one it was asked with. */
export interface PlanChoice {
  /**
   * The size that is given for the one asked for. Throws `invalid` where no plan is configured for a tier, and
   * `host_too_small` where no plan is large enough.
   */
  fit(asked: MachineSize): MachineSize;
  /** The plan to ask for: that of exactly this size, else the one whose size `fit` gives. Throws as `fit` does. */
  planIdOf(size: MachineSize): string;
  /**
   * What a machine on this plan counts as where nobody has recorded its size: the one tier that is given the plan, or
   * the plan's own size where no tier is. Null where it could be several, or where the size says another tier.
   */
  nominalSizeOf(plan: Plan): MachineSize | null;
}

/** Throws `invalid` for a plan that is not in the list. */
export function createPlanChoice(settings: PlanSettings): PlanChoice {
  const configured = (variable: keyof PlanSettings): Plan | null => {
    const planId = settings[variable];
    return planId === undefined ? null : requirePlan(variable, planId);
  };
  const defaultPlan = configured(DEFAULT_PLAN_VARIABLE);
  const ownPlans = new Map(INSTANCE_TIERS.map(({ key }) => [key, configured(planVariableOf(key))]));

  const planOfTier = (tier: InstanceTier): Plan | null =>
    ownPlans.get(tier.key) ?? (tier.offered ? defaultPlan : smallestPlanFor(tier.machineSize));
  const planFor = (asked: MachineSize): Plan => {
    const tier = INSTANCE_TIERS.find(({ machineSize }) => sameMachineSize(machineSize, asked));
    const plan = tier === undefined ? smallestPlanFor(asked) : planOfTier(tier);
    if (plan !== null) return plan;
    throw tier?.offered ? noPlanConfigured(tier) : noPlanSoLarge(asked);
  };

  return {
    fit: (asked) => sizeOf(planFor(asked), asked.cpu_kind),
    planIdOf: (size) => (planOfSizePreferring(size, [...ownPlans.values(), defaultPlan]) ?? planFor(size)).id,
    nominalSizeOf: (plan) => {
      const tiers = INSTANCE_TIERS.filter((tier) => planOfTier(tier)?.id === plan.id);
      const [tier] = tiers;
      if (tiers.length > 1) return null;
      if (tier !== undefined) return { ...tier.machineSize };
      const size = sizeOf(plan);
      return INSTANCE_TIERS.some(({ machineSize }) => isSameHardware(machineSize, size)) ? null : size;
    },
  };
}

/** A plan's size; its CPUs are the provider's one kind, which nothing compares. */
export function sizeOf(
  { cpus, memory_mb }: Plan,
  cpu_kind: MachineSize['cpu_kind'] = 'performance',
): MachineSize {
  return { cpus, memory_mb, cpu_kind };
}

/** Of plans with the same size, one that is configured. */
function planOfSizePreferring(size: MachineSize, configured: readonly (Plan | null)[]): Plan | null {
  const isOfSize = (plan: Plan | null) => plan !== null && isSameHardware(sizeOf(plan), size);
  return configured.find(isOfSize) ?? planOfSize(size);
}

function isSameHardware(a: MachineSize, b: MachineSize): boolean {
  return sameMachineSize(a, b, { cpuKindObservable: false });
}

function requirePlan(variable: string, planId: string): Plan {
  const plan = findPlan(planId);
  if (plan !== null) return plan;
  throw northflankError('invalid', `${variable}: ${planId} is no plan whose size is known.`);
}

function noPlanConfigured({ key }: InstanceTier) {
  const message = `No deployment plan is configured for ${key} at Northflank: set ${planVariableOf(key)} or ${DEFAULT_PLAN_VARIABLE}.`;
  return northflankError('invalid', message, { details: { path: planVariableOf(key) } });
}

function noPlanSoLarge(asked: MachineSize) {
  const { cpus, memory_mb } = asked;
  const message = `Northflank has no plan with ${cpus} CPUs and ${memory_mb} MB of RAM or more. Choose a smaller size.`;
  return northflankError('host_too_small', message, { details: { asked } });
}
