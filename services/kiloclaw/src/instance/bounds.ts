/** Every wait, retry and list of the Instance, by name. Milliseconds. */

/** How long one look may wait at the provider for a machine to get there. */
export const MACHINE_WAIT_MS = 10_000;
export const MACHINE_LOOK_AGAIN_MS = 1_000;
/** From one look at an image that is on its way to the next. */
export const IMAGE_LOOK_AGAIN_MS = 2_000;
/** The longer a machine takes, the less often it is looked at: up to this. */
export const MACHINE_LOOK_AGAIN_MOST_MS = 15_000;
/** How often a machine that came to rest at once is started again within one operation. */
export const MACHINE_START_TRIES = 3;

/** Tries at holding a machine that somebody else holds: two minutes and more, longer than what a crash leaves held. */
export const HOLD_TRIES = 11;
/** Tries at letting go; what is held ends by itself. */
export const RELEASE_TRIES = 3;
/** Volumes left for copies elsewhere that an instance may have: each of them costs until an admin lets it go. */
export const RETIRED_VOLUMES_MOST = 3;

/** How long a change waits for an instance that is being brought back. */
export const RESTORE_WAIT_MS = 10_000;

/** How long a request whose answer was lost may still take effect at a provider. */
export const SETTLE_MS = 5_000;

export const RETRY_FIRST_MS = 1_000;
export const RETRY_MOST_MS = 60_000;
/** From here on an operation that is not there yet has failed; its way back is a new one. */
export const OPERATION_DEADLINE_MS = 15 * 60_000;
/** Failed tries of one clean-up step before it shows as stuck. */
export const CLEAN_UP_TRIES = 8;
export const STUCK_RETRY_FIRST_MS = 5 * 60_000;
export const STUCK_RETRY_MOST_MS = 60 * 60_000;

/** Steps that one run may take before it hands over to the alarm. */
export const RUN_STEPS_MOST = 200;

export const IDEMPOTENCY_KEY_KEPT_MS = 24 * 60 * 60_000;

export const DEBT_RETRY_FIRST_MS = 5_000;
export const DEBT_RETRY_MOST_MS = 60_000;
/** How long the deletion of a person waits for the registry to have what an instance owes it. */
export const REGISTRY_WAIT_MS = 10_000;
/** Deliveries that one payment may make. */
export const DEBT_ROUNDS_MOST = 20;

/** A first contradiction is looked at again this soon. */
export const CONTRADICTION_LOOK_AGAIN_MS = 15_000;
/** One look at the volume in so many ticks of a running instance, and as seldom at one at rest. */
export const VOLUME_LOOK_CADENCES = 6;
/**
 * A running instance is looked at no less often, however large its fleet: with its jitter, every half hour. Where the
 * provider's rate has no room for that either, its gate says which of the looks are taken.
 */
export const LOOK_EVERY_MOST_MS = 27 * 60_000;
/** A provider that asks for a longer pause than this between two looks, or two tries, is asked again all the same. */
export const HELD_BACK_MOST_MS = 60 * 60_000;
/** A provider's clock may be ahead of ours by this much; what it dates later is not believed. */
export const CLOCK_SKEW_MS = 5 * 60_000;
/** Short enough for a look to find the turn that it was given. */
export const HELD_BACK_SPREAD_MS = 30_000;
/** Share of a cadence by which ticks are spread. */
export const CADENCE_JITTER = 0.1;

/** How long to the next look at a machine that has been waited for since `waitedMs`: an eighth of it, within bounds. */
export function lookAgainMs(waitedMs: number): number {
  return Math.min(Math.max(Math.round(waitedMs / 8), MACHINE_LOOK_AGAIN_MS), MACHINE_LOOK_AGAIN_MOST_MS);
}

/** `firstMs`, doubled with every failure, up to `mostMs`, spread by `fraction` of [0, 1) over its upper half. */
export function backoffMs(failures: number, firstMs: number, mostMs: number, fraction: number): number {
  const exponent = Math.min(Math.max(failures - 1, 0), 20);
  const full = Math.min(firstMs * 2 ** exponent, mostMs);
  return Math.round(full / 2 + (full / 2) * fraction);
}
