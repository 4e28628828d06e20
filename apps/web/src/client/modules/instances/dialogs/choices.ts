/** Tiers and presets as a dialog offers them, each with what the server's plan says to it. Pure. */
import type { Failure, Plan, TiersView } from '@kiloclaw/platform-contract';
import type { inferRouterInputs } from '@trpc/server';
import type { AppRouter } from '../../../../server/routers/app-router.ts';
import type { RadioCard } from '../../../ui/radio-cards.tsx';
import { forPeople } from '../plain-sentence.ts';
import { hardwareText, type Wording } from './plan-words.ts';

export type Tier = TiersView['tiers'][number];
export type Preset = TiersView['presets'][number];
type TierKey = inferRouterInputs<AppRouter>['admin']['instances']['resize']['targetTier'];

/** As procedures want it. The catalog is tolerant of tiers that are newer than this page; the server knows them all. */
export function tierKeyOf({ key }: Pick<Tier, 'key'>): TierKey {
  return key as TierKey;
}

/** Refusals of the size itself: another choice is the way out, so they stand with the choice. */
const REFUSALS_OF_A_CHOICE: readonly Failure['code'][] = [
  'tier_not_offered',
  'volume_would_shrink',
  'memory_would_shrink',
  'cpu_would_shrink',
  'not_an_upgrade',
  'override_not_larger',
  'preset_not_allowed',
  'host_too_small',
];

export function isTold({ code }: Pick<Failure, 'code'>): boolean {
  return REFUSALS_OF_A_CHOICE.includes(code);
}

export const LEGACY_REASON = 'A legacy tier: it labels existing instances, and nobody can be moved to it.';

/** A refusal of a size names no person. */
const NOBODY = {};

/** What a plan says against the size that it is for; undefined while nobody knows. */
function refusalOfChoice(plan: Plan | undefined): string | undefined {
  if (plan === undefined || plan.refusal === null || !isTold(plan.refusal)) return undefined;
  return forPeople(plan.refusal.message, NOBODY);
}

/** A radio for a tier: refused where it is legacy, or where its plan says so. */
export function tierChoice(tier: Tier, plan: Plan | undefined, wording: Wording): RadioCard {
  const { key, machineSize, offered } = tier;
  const volumeSizeGb = wording.volumesAreSized ? tier.volumeSizeGb : null;
  return {
    value: key,
    label: key,
    description: hardwareText(machineSize, volumeSizeGb, wording),
    disabledReason: offered ? refusalOfChoice(plan) : LEGACY_REASON,
  };
}

/** A radio for a size that may be lent. */
export function presetChoice(
  { key, machineSize }: Preset,
  plan: Plan | undefined,
  wording: Wording,
): RadioCard {
  return {
    value: key,
    label: key,
    description: hardwareText(machineSize, null, wording),
    disabledReason: refusalOfChoice(plan),
  };
}
