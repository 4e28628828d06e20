/** Whether anything lives here: what a deletion of things without an instance asks right before it. */
import type { Instance } from './instance.ts';
import type { Presence } from './instance-rpc.ts';
import { loadRecord } from './storage/record-store.ts';

/** A damaged record is somebody's all the same. Restores nothing and changes nothing. */
export function presenceOf(instance: Instance): Presence {
  if (!instance.hasRecord()) return 'none';
  const record = loadRecord(instance.deps.storage);
  return record.kind === 'sound' && record.state.status === 'destroyed' ? 'destroyed' : 'live';
}
