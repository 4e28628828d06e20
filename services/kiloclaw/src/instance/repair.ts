/** The calls that decide a finding: `repairInstance` and `replaceVolume`. */
import { type Failure, REPAIRS, type Result } from '@kiloclaw/platform-contract';
import { refusalWithout } from './findings.ts';
import type { Instance } from './instance.ts';
import type { RepairCall, ReplaceVolumeCall } from './instance-rpc.ts';
import { acceptChange, answerByKey, gateRefusal } from './operations/accept.ts';
import type { Operation, OperationParams } from './operations/operation.ts';
import { foundIds, idOfChoice } from './operations/repair.ts';
import { submittedByCaller } from './operations/submission.ts';
import type { InstanceState } from './state.ts';
import { unfinishedOperation } from './storage/operation-store.ts';

/** Decides a finding by one of its choices; `invalid_request` names those that are left. */
export function repairInstance(instance: Instance, call: RepairCall): Promise<Result<Operation>> {
  const { finding, choice } = call;
  return decideFinding(instance, call, {
    kind: 'repair',
    params: { finding, choice },
    policy: (state) => repairRefusal(state, call),
  });
}

/** A new, empty volume; refused unless the old one was found missing. */
export function replaceVolume(instance: Instance, call: ReplaceVolumeCall): Promise<Result<Operation>> {
  return decideFinding(instance, call, {
    kind: 'replace_volume',
    params: {},
    policy: (state) => refusalWithout(state.drift, 'volume_missing'),
  });
}

interface Decision {
  readonly kind: 'repair' | 'replace_volume';
  readonly params: OperationParams;
  readonly policy: (state: InstanceState) => Failure | null;
}

/** What was found may have been mended since: all is looked at again, and the decision is taken on what that finds. */
async function decideFinding(
  instance: Instance,
  call: ReplaceVolumeCall,
  { kind, params, policy }: Decision,
): Promise<Result<Operation>> {
  const { deps } = instance;
  const { caller, waitMs } = call;
  const fingerprints = await deps.vault.fingerprints(JSON.stringify([kind, caller.userId, params]));
  const submission = submittedByCaller(call, { kind, fingerprints, params });
  const first = instance.authorize(caller, kind);
  if (!first.ok) return first;
  const known = answerByKey(deps.storage, submission, deps.clock.now());
  if (known === null && unfinishedOperation(deps.storage) === null) await instance.look('thorough');
  const current = instance.authorize(caller, kind);
  if (!current.ok) return current;
  const state = current.value;
  const acceptance = acceptChange(deps, state, submission, {
    decide: (running) => gateRefusal(deps, state, kind, running, policy(state)),
  });
  return instance.follow(acceptance, waitMs);
}

/** What the contract offers for the finding, and nothing that was not found. */
function repairRefusal(state: InstanceState, { finding, choice }: RepairCall): Failure | null {
  const nothing = refusalWithout(state.drift, finding);
  if (nothing !== null) return nothing;
  const [word = ''] = REPAIRS[finding];
  const offered =
    finding === 'volume_not_mounted' ? [word] : foundIds(state, finding).map((id) => `${word}:${id}`);
  if (offered.includes(choice)) return null;
  const about = finding === 'volume_not_mounted' ? '' : ` (${idOfChoice(choice)} is none of what was found)`;
  return {
    code: 'invalid_request',
    message: `choice: ${finding} is repaired by one of ${offered.join(', ')}${about}.`,
    details: { path: 'choice', offered },
  };
}
