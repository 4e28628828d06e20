/** The refusal of a preset that the boundary does not lend: after the owner was checked, and journaled as any other. */
import type { Failure, Result } from '@kiloclaw/platform-contract';
import type { Instance } from '../instance.ts';
import type { SetSizeOverrideCall } from '../instance-rpc.ts';
import { acceptChange, gateRefusal } from '../operations/accept.ts';
import type { Operation } from '../operations/operation.ts';
import { submittedByCaller } from '../operations/submission.ts';
import type { InstanceState } from '../state.ts';
import { unfinishedOperation } from '../storage/operation-store.ts';

const NOT_ALLOWED: Failure = {
  code: 'preset_not_allowed',
  message: 'preset: this size is not lent. Choose one of the override presets that GET /tiers lists.',
  details: { path: 'preset' },
};

/** In its place of the one order. A dry-run is refused alike, and leaves nothing behind. */
export async function refusePreset(
  instance: Instance,
  state: InstanceState,
  call: SetSizeOverrideCall,
): Promise<Extract<Result<never>, { ok: false }>> {
  const { deps } = instance;
  const refusal = (running: Operation | null): Failure =>
    gateRefusal(deps, state, 'set_override', running, NOT_ALLOWED) ?? NOT_ALLOWED;
  if (call.dryRun) return { ok: false, error: refusal(unfinishedOperation(deps.storage)) };
  const asked = { kind: 'set_override', fingerprints: [], params: {} } as const;
  // What is always refused uses no key up.
  const submission = { ...submittedByCaller(call, asked), idempotencyKey: null };
  const followed = await instance.follow(acceptChange(deps, state, submission, { decide: refusal }), 0);
  return followed.ok ? { ok: false, error: NOT_ALLOWED } : followed;
}
