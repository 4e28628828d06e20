/** A poke by the slow sweep over the registry: being called woke the object, and what it had lost is put right. */
import type { InstanceRow } from '@kiloclaw/db';
import { ok, type Result } from '@kiloclaw/platform-contract';
import type { Instance } from './instance.ts';
import type { SweepAnswer, SweepCall } from './instance-rpc.ts';
import { differingFields, registryProjection } from './registry-row.ts';
import type { InstanceState } from './state.ts';
import { loadRecord, saveState } from './storage/record-store.ts';

/** Sets a lost alarm, and has a row that is not the one last written overwritten. */
export async function sweepInstance(
  instance: Instance,
  { caller, row }: SweepCall,
): Promise<Result<SweepAnswer>> {
  // Closed, and its record gone since: there is nothing to put right.
  if (!instance.hasRecord()) return ok({ alarmRepaired: false, rowDiffered: false });
  const authorized = instance.authorize(caller, 'sweep');
  if (!authorized.ok) return authorized;
  const alarmRepaired = await instance.repairAlarm();
  const rowDiffered = passRow(instance, row);
  if (rowDiffered) {
    instance.settleDebt();
    instance.arm();
  }
  return ok({ alarmRepaired, rowDiffered });
}

/**
 * A row that is not the one last written is overwritten: by a version above both, since rows never go back. Null: there
 * is none, and it is written anew. What was refused for good is tried again: what refused it may be gone.
 */
export function passRow({ deps }: Instance, row: InstanceRow | null): boolean {
  return deps.storage.transaction(() => {
    const record = loadRecord(deps.storage);
    if (record.kind !== 'sound') return false;
    const { state } = record;
    const rowVersion = row?.registryVersion ?? 0;
    // A debt that is still to be paid writes the row, unless the row is ahead of it.
    const isOwedAnyway = state.registryVersion > state.registrySyncedVersion;
    const isAsWritten = isOwedAnyway
      ? rowVersion <= state.registryVersion
      : row !== null && isAsLastWritten(state, row);
    if (isAsWritten) return false;
    const registryVersion = Math.max(state.registryVersion, rowVersion) + 1;
    saveState(deps.storage, state, { ...state, registryVersion }, deps.clock.now());
    return true;
  });
}

function isAsLastWritten(state: InstanceState, row: InstanceRow): boolean {
  const isSameVersion = row.registryVersion === state.registrySyncedVersion;
  return isSameVersion && differingFields(row, registryProjection(state)).length === 0;
}
