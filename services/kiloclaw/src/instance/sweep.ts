/** A poke by the slow sweep over the registry: being called woke the object, and what it had lost is put right. */
import { ok, type Result } from '@kiloclaw/platform-contract';
import type { Instance } from './instance.ts';
import type { SweepAnswer, SweepCall } from './instance-rpc.ts';
import type { InstanceState } from './state.ts';
import { loadRecord, saveState } from './storage/record-store.ts';

/** Sets a lost alarm, and has a row of another version written anew. */
export async function sweepInstance(
  instance: Instance,
  { caller, rowVersion }: SweepCall,
): Promise<Result<SweepAnswer>> {
  const authorized = instance.authorize(caller, 'sweep');
  if (!authorized.ok) return authorized;
  const alarmRepaired = await instance.repairAlarm();
  const rowDiffered = passRow(instance, rowVersion);
  if (rowDiffered) {
    instance.settleDebt();
    instance.arm();
  }
  return ok({ alarmRepaired, rowDiffered });
}

/** A row of another version than the one last written is overwritten: by one above both, since rows never go back. */
function passRow({ deps }: Instance, rowVersion: number): boolean {
  return deps.storage.transaction(() => {
    const record = loadRecord(deps.storage);
    if (record.kind !== 'sound') return false;
    const { state } = record;
    if (
      isOwedAnyway(state) ? rowVersion <= state.registryVersion : rowVersion === state.registrySyncedVersion
    )
      return false;
    const registryVersion = Math.max(state.registryVersion, rowVersion) + 1;
    saveState(deps.storage, state, { ...state, registryVersion }, deps.clock.now());
    return true;
  });
}

/** A debt that is still to be paid writes the row, unless the row is ahead of it. */
function isOwedAnyway({ registryVersion, registrySyncedVersion }: InstanceState): boolean {
  return registryVersion > registrySyncedVersion;
}
