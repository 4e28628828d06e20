import type { DebugView, Plan } from '@kiloclaw/platform-contract';
import { useQueries } from '@tanstack/react-query';
import { useTRPC } from '../../../lib/trpc.ts';
import { type Tier, tierKeyOf } from './choices.ts';
import { targetOf } from './dialog-props.ts';
import { NO_PLAN, PLAN_QUERY, type PlanQuery } from './use-planned-change.ts';

interface ChoicePlans {
  /** What the plan of a choice says by now. */
  planOf: (key: string) => Plan | undefined;
  /** The plan of the one that is chosen. Asked for anew, all are: they stand beside each other. */
  chosen: PlanQuery;
}

/** A plan for each tier that is offered, side by side: what can't be chosen says why before it is clicked. */
export function useTierPlans(
  instance: Pick<DebugView, 'userId' | 'instanceId'>,
  tiers: readonly Tier[],
  { chosenKey, apply }: { chosenKey: string; apply: 'manual' | 'now' },
): ChoicePlans {
  const { resizePlan } = useTRPC().admin.instances;
  const offered = tiers.filter((tier) => tier.offered);
  const queries = useQueries({
    queries: offered.map((tier) =>
      resizePlan.queryOptions({ ...targetOf(instance), targetTier: tierKeyOf(tier), apply }, PLAN_QUERY),
    ),
  });
  return choicePlans(
    offered.map((tier, index) => ({ key: tier.key, query: queries[index] ?? NO_PLAN })),
    chosenKey,
  );
}

interface LentWish {
  readonly chosenKey: string;
  readonly expiresAt: string | undefined;
  readonly apply: 'manual' | 'now';
}

/** A plan for each size that may be lent. */
export function usePresetPlans(
  instance: Pick<DebugView, 'userId' | 'instanceId'>,
  presets: readonly { readonly key: string }[],
  { chosenKey, expiresAt, apply }: LentWish,
): ChoicePlans {
  const { setSizeOverridePlan } = useTRPC().admin.instances;
  const lent = { ...targetOf(instance), ...(expiresAt === undefined ? {} : { expiresAt }), apply };
  const queries = useQueries({
    queries: presets.map(({ key }) => setSizeOverridePlan.queryOptions({ ...lent, preset: key }, PLAN_QUERY)),
  });
  return choicePlans(
    presets.map(({ key }, index) => ({ key, query: queries[index] ?? NO_PLAN })),
    chosenKey,
  );
}

function choicePlans(plans: readonly { key: string; query: PlanQuery }[], chosenKey: string): ChoicePlans {
  const queryOf = (key: string) => plans.find((plan) => plan.key === key)?.query ?? NO_PLAN;
  return {
    planOf: (key) => queryOf(key).data,
    chosen: {
      ...queryOf(chosenKey),
      refetch: () => Promise.all(plans.map(({ query }) => query.refetch())),
    },
  };
}
