/** An instance forgets a person who was deleted: its state, its operations and what it still owes to the registry. */
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { StateSchema } from '../state.ts';
import { loadRecord, saveState } from '../storage/record-store.ts';
import { rewriteStored, storedTexts } from '../storage/stored-json.ts';
import { overrideAdminsIn, withoutAdmin } from './forget-admin.ts';
import { FORGOTTEN_FINGERPRINT, operationWithoutOwner, withoutOwner } from './forget-owner.ts';

/** What was rewritten. */
export interface Forgotten {
  /** Overrides in force that go on without their admin: none, or one. */
  readonly overrides: number;
  readonly operations: number;
  /** Audit rows that were still owed. */
  readonly auditRows: number;
}

/** All of it in one segment; a change that the registry shows raises the version of the row, as any other does. */
export function forgetPerson(deps: Deps, personId: string): Forgotten {
  const { storage, log } = deps;
  return storage.transaction(() => {
    const { isOwner, overrides } = forgetInRecord(deps, personId);
    const operations = rewriteStored(storage, 'operations', (operation) => {
      const kept = withoutAdminsRequest(operation, personId);
      return isOwner ? operationWithoutOwner(kept) : kept;
    });
    const auditRows = rewriteStored(storage, 'outbox', (row) => asObject(withoutAdmin(row, personId)));
    const forgotten = { overrides, operations, auditRows };
    if (overrides + operations + auditRows > 0) log.info('person forgotten', { personId, ...forgotten });
    return forgotten;
  });
}

function forgetInRecord({ storage, clock }: Deps, personId: string) {
  const record = loadRecord(storage);
  if (record.kind !== 'sound') {
    // What can't be read is not thrown away; what can be found in it is.
    const overrides = rewriteStored(storage, 'record', (raw) => asObject(withoutAdmin(raw, personId)));
    return { isOwner: record.kind === 'damaged' && record.owner === personId, overrides };
  }
  const { state } = record;
  const isOwner = state.userId === personId;
  const asAdmin = StateSchema.parse(withoutAdmin(state, personId));
  const forgotten = isOwner ? withoutOwner(asAdmin) : asAdmin;
  if (JSON.stringify(forgotten) !== JSON.stringify(state)) saveState(storage, state, forgotten, clock.now());
  return { isOwner, overrides: state.adminMachineSizeOverride?.actorId === personId ? 1 : 0 };
}

const ActorSchema = z.looseObject({ actor: z.looseObject({ id: z.string() }) });

/** The request that gave the reason leaves no hash of it either, by which a guess could be checked. */
function withoutAdminsRequest(operation: object, personId: string): object {
  const kept = asObject(withoutAdmin(operation, personId));
  const isTheirs = ActorSchema.safeParse(operation).data?.actor.id === personId;
  return kept !== operation && isTheirs ? { ...kept, argumentsFingerprint: FORGOTTEN_FINGERPRINT } : kept;
}

function asObject(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw new Error('an object has become something else');
  return value;
}

/** Whether nothing in the object tells of a size override of theirs any more. */
export function isForgotten({ storage }: Deps, personId: string): boolean {
  return storedTexts(storage).every(({ text, parsed }) =>
    parsed === null ? !text.includes(personId) : !overrideAdminsIn(parsed).includes(personId),
  );
}
