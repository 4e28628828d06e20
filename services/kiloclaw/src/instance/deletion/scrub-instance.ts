/** The part of one instance in the deletion of a person; asked again, it goes on where it was. */
import { ok, type Result } from '@kiloclaw/platform-contract';
import { REGISTRY_WAIT_MS } from '../bounds.ts';
import type { Instance } from '../instance.ts';
import type { ScrubAnswer, ScrubCall } from '../instance-rpc.ts';
import { loadRecord } from '../storage/record-store.ts';
import { forgetPerson, isForgotten } from './forget-person.ts';

/** Forgets the person, and answers once the registry has what this instance tells now, or does not answer. */
export async function scrubInstance(
  instance: Instance,
  { caller, personId }: ScrubCall,
): Promise<Result<ScrubAnswer>> {
  const { deps } = instance;
  // An object without a record holds nothing; its row is scrubbed without it.
  if (!instance.hasRecord()) {
    const nothing = { overrides: 0, operations: 0, auditRows: 0 };
    return ok({ status: null, ...nothing, isForgotten: true, isPaid: true });
  }
  const authorized = instance.authorize(caller, 'scrub_person');
  // A damaged record has an owner all the same, and may hold the reason.
  if (!authorized.ok && authorized.error.code !== 'state_invalid') return authorized;
  const forgotten = forgetPerson(deps, personId);
  const isPaid = await instance.payNow(REGISTRY_WAIT_MS);
  const record = loadRecord(deps.storage);
  return ok({
    status: record.kind === 'sound' ? record.state.status : null,
    ...forgotten,
    // Read back: a step that was under way may have told of the override once more.
    isForgotten: isForgotten(deps, personId),
    isPaid,
  });
}
