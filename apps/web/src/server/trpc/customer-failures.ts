/** The control plane's refusals in words for customers, by their codes: its own sentences may tell of a lent size. */
import { type ErrorCode, PlatformApiError } from '@kiloclaw/platform-contract';
import type { TRPCError } from '@trpc/server';
import { ControlPlaneUnavailable } from '../control-plane.ts';
import { isRegistryAway, Refusal } from './failures.ts';

const TRY_LATER =
  'That didn’t work this time, and the reason is on our side. Try again in a few minutes; if it stays so, ask for help.';

/** Whether what was asked has had an effect is not known; the same key keeps it from happening twice. */
const NO_ANSWER =
  'KiloClaw does not answer right now. Your instance goes on as it is. Try again in a moment: what you asked for is not done twice.';

/** The codes that a customer may be told, each with its sentence. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  instance_not_found: 'There is no such instance among yours.',
  operation_in_progress: 'Something is under way on your instance. Wait for it to end, then try again.',
  instance_not_provisioned: 'Your instance is still being made. Try again when it is ready.',
  instance_destroying: 'Your instance has been removed.',
  instance_not_running: 'Your instance is not running. Start it first.',
  idempotency_key_reused: 'This was asked for already. Look at what has become of it, then try again.',
  provider_capacity: 'There is no free capacity where your instance lives. Try again in a few minutes.',
  provider_timeout: 'The place where your instance lives does not answer. Try again in a few minutes.',
  registry_unavailable: 'Your instances can’t be looked up right now. Try again in a moment.',
  overloaded: 'There is a lot to do right now. Try again in a moment.',
  rate_limited: 'That was too often. Wait a minute, then try again.',
};

/** Null for a code that customers aren't told. */
function knownSentence(code: string): string | null {
  return Object.entries(SENTENCES).find(([known]) => known === code)?.[1] ?? null;
}

/** A sentence for what failed with `code`. */
export function customerSentence(code: string): string {
  return knownSentence(code) ?? TRY_LATER;
}

/**
 * The same failure for customers: without details, in our sentence, and with a code of ours where the control plane's
 * could come from a lent size alone (`host_too_small`). Others pass as they are.
 */
export function forCustomers(error: TRPCError): TRPCError {
  const { cause } = error;
  if (cause instanceof ControlPlaneUnavailable) return new Refusal('control_plane_unavailable', NO_ANSWER);
  if (isRegistryAway(cause))
    return new Refusal('registry_unavailable', customerSentence('registry_unavailable'));
  if (!(cause instanceof PlatformApiError)) return error;
  if (cause.code === 'unreadable_answer') return new Refusal('control_plane_unavailable', NO_ANSWER);
  return new Refusal(
    knownSentence(cause.code) === null ? 'internal_error' : cause.code,
    customerSentence(cause.code),
  );
}
