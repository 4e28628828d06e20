/** The control plane's refusals in words for customers, by their codes: its own sentences may tell of a lent size. */
import { type ErrorCode, PlatformApiError } from '@kiloclaw/platform-contract';
import type { TRPCError } from '@trpc/server';
import { Refusal } from './failures.ts';

const TRY_LATER = 'Your instance can’t be changed right now. Try again in a few minutes.';

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  instance_not_found: 'There is no such instance among yours.',
  operation_in_progress: 'Something is under way on your instance. Wait for it to end, then try again.',
  instance_not_provisioned: 'Your instance is still being made. Try again when it is ready.',
  instance_destroying: 'Your instance has been removed.',
  instance_not_running: 'Your instance is not running. Start it first.',
  provider_capacity: 'There is no free capacity where your instance lives. Try again in a few minutes.',
  rate_limited: 'That was too often. Wait a minute, then try again.',
};

/** A sentence for what failed with `code`. */
export function customerSentence(code: string): string {
  return Object.entries(SENTENCES).find(([known]) => known === code)?.[1] ?? TRY_LATER;
}

/** The same failure for customers: without details, in our sentence. Others pass as they are. */
export function forCustomers(error: TRPCError): TRPCError {
  const { cause } = error;
  if (!(cause instanceof PlatformApiError) || cause.code === 'unreadable_answer') return error;
  return new Refusal(cause.code, customerSentence(cause.code));
}
