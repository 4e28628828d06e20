/** The end of a lent size: from its expiry on it counts for nothing, and the alarm tidies it. */
import { isSizeOverrideActive } from '@kiloclaw/instance-tiers';
import type { Deps } from '../deps.ts';
import { acceptChange, gateRefusal } from '../operations/accept.ts';
import { submittedBySystem } from '../operations/submission.ts';
import type { InstanceState } from '../state.ts';
import { unfinishedOperation } from '../storage/operation-store.ts';
import { loadRecord } from '../storage/record-store.ts';
import { withoutOverride } from './record.ts';

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
  // A resize decides over the override itself: what it leaves is tidied by a later tick.
  if (gateRefusal(deps, state, 'clear_override', unfinishedOperation(deps.storage)) !== null) return false;
  const submission = submittedBySystem('expiry', state.userId, {
    kind: 'clear_override',
    params: { apply: 'manual', previousOverride: override },
  });
  return acceptChange(deps, state, submission, { change: withoutOverride }).accepted;
}
