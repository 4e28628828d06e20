/** The end of a lent size: from its expiry on it counts for nothing, and the alarm tidies it. */
import { isSizeOverrideActive } from '@kiloclaw/instance-tiers';
import { gate } from '@kiloclaw/platform-contract';
import type { Deps } from '../deps.ts';
import { acceptChange } from '../operations/accept.ts';
import { submittedBySystem } from '../operations/submission.ts';
import type { InstanceState } from '../state.ts';
import { unfinishedOperation } from '../storage/operation-store.ts';
import { loadRecord } from '../storage/record-store.ts';
import { cleared } from './calls.ts';

/** When the override ends, or null where there is none or it has no end. Milliseconds since 1970. */
export function overrideExpiresAt({ adminMachineSizeOverride: override }: InstanceState): number | null {
  return override?.expiresAt === undefined ? null : Date.parse(override.expiresAt);
}

/** Clears an override past its expiry; the hardware goes back at the next start. True where it did. */
export function clearExpiredOverride(deps: Deps): boolean {
  const record = loadRecord(deps.storage);
  if (record.kind !== 'sound') return false;
  const { state } = record;
  const override = state.adminMachineSizeOverride;
  if (override === null || isSizeOverrideActive(override, deps.clock.now())) return false;
  const capabilities = deps.capabilities(state.provider);
  const facts = {
    ...state,
    runningOperation: unfinishedOperation(deps.storage),
    stateError: null,
    capabilities,
  };
  // A resize decides over the override itself: what it leaves is tidied by a later tick.
  if (!gate('clear_override', facts).allowed) return false;
  const submission = submittedBySystem('expiry', state.userId, {
    kind: 'clear_override',
    params: { apply: 'manual', previousOverride: override },
  });
  return acceptChange(deps, state, submission, { change: cleared }).accepted;
}
