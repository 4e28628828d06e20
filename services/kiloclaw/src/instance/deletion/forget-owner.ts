/** Takes an owner who was deleted out of their instance: what they named, and what their requests said. Pure. */
import { z } from 'zod';
import type { InstanceState } from '../state.ts';

/** Stands for the hash of a request whose text is gone: no request is ever the same as it. */
export const FORGOTTEN_FINGERPRINT = 'forgotten';
const FORGOTTEN_MESSAGE = 'What this error said has gone with the owner.';

/** The override ends with the instance itself; a destroy that is still under way clears it when it ends. */
export function withoutOwner(state: InstanceState): InstanceState {
  const forgotten = { ...state, name: null, trackedImageTag: null, unsyncedEmail: null };
  if (state.status !== 'destroyed') return forgotten;
  return { ...forgotten, adminMachineSizeOverride: null };
}

const EndedSchema = z.looseObject({
  endedAt: z.number(),
  facts: z.looseObject({}),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
});

/**
 * An operation of theirs, as it is stored: no key of the caller's, no provider's words, no hash of the request or of the
 * configuration. One that is still under way keeps what it works by.
 */
export function operationWithoutOwner(operation: object): object {
  const named = { ...operation, idempotencyKey: null, argumentsFingerprint: FORGOTTEN_FINGERPRINT };
  const ended = EndedSchema.safeParse(operation);
  if (!ended.success) return named;
  const { facts, error } = ended.data;
  const { sizeBefore: _sizeBefore, ...kept } = facts;
  return {
    ...named,
    facts: kept,
    error: error === null ? null : { code: error.code, message: FORGOTTEN_MESSAGE },
  };
}
