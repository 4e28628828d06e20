/** The deployment plans that Northflank sells, as far as they are machine sizes. Pure. */
import type { MachineSize } from '@kiloclaw/instance-tiers';

export interface Plan {
  readonly id: string;
  readonly cpus: number;
  readonly memory_mb: number;
}

/**
 * Our extract of the vendor's published list of plans (June 2026), from the smallest to the largest by CPUs, then RAM.
 * Read from `GET /plans` instead, a size would count as another one as soon as that list changes or doesn't answer.
 * Plans with a part of a CPU are left out: no machine size says that. Of two that are the same, the first is taken.
 */
export const PLANS: readonly Plan[] = [
  { id: 'nf-compute-100-1', cpus: 1, memory_mb: 1_024 },
  { id: 'nf-compute-100-2', cpus: 1, memory_mb: 2_048 },
  { id: 'nf-compute-100-4', cpus: 1, memory_mb: 4_096 },
  { id: 'nf-compute-200', cpus: 2, memory_mb: 4_096 },
  { id: 'nf-compute-200-4', cpus: 2, memory_mb: 4_096 },
  { id: 'nf-compute-200-8', cpus: 2, memory_mb: 8_192 },
  { id: 'nf-compute-200-16', cpus: 2, memory_mb: 16_384 },
  { id: 'nf-compute-400', cpus: 4, memory_mb: 8_192 },
  { id: 'nf-compute-400-16', cpus: 4, memory_mb: 16_384 },
  { id: 'nf-compute-800-8', cpus: 8, memory_mb: 8_192 },
  { id: 'nf-compute-800-16', cpus: 8, memory_mb: 16_384 },
  { id: 'nf-compute-800-24', cpus: 8, memory_mb: 24_576 },
  { id: 'nf-compute-800-32', cpus: 8, memory_mb: 32_768 },
  { id: 'nf-compute-800-40', cpus: 8, memory_mb: 40_960 },
  { id: 'nf-compute-1200-24', cpus: 12, memory_mb: 24_576 },
  { id: 'nf-compute-1600-32', cpus: 16, memory_mb: 32_768 },
  { id: 'nf-compute-2000-40', cpus: 20, memory_mb: 40_960 },
];

const PLAN_BY_ID: ReadonlyMap<string, Plan> = new Map(PLANS.map((plan) => [plan.id, plan]));

/** Null for a plan that is not in the list: a cluster of one's own can have others. */
export function findPlan(planId: string): Plan | null {
  return PLAN_BY_ID.get(planId) ?? null;
}

/** The smallest plan with as many CPUs and as much RAM at least; null where none is so large. */
export function smallestPlanFor({ cpus, memory_mb }: MachineSize): Plan | null {
  return PLANS.find((plan) => plan.cpus >= cpus && plan.memory_mb >= memory_mb) ?? null;
}

/** The plan of exactly this size, or null. */
export function planOfSize({ cpus, memory_mb }: MachineSize): Plan | null {
  return PLANS.find((plan) => plan.cpus === cpus && plan.memory_mb === memory_mb) ?? null;
}
