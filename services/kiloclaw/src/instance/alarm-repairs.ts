/** That an alarm was gone is kept on record: whoever finds it sets it anew at once, and nobody else would hear of it. */
import type { Deps } from './deps.ts';
import { loadRecord, saveState } from './storage/record-store.ts';

/** Counts a repair that was just made. */
export function recordAlarmRepair({ storage, clock, log }: Deps): void {
  storage.transaction(() => {
    const record = loadRecord(storage);
    if (record.kind !== 'sound') return;
    const { state } = record;
    const times = (state.alarmRepairs?.times ?? 0) + 1;
    const lastAt = clock.now();
    saveState(storage, state, { ...state, alarmRepairs: { times, lastAt } }, lastAt);
    log.warn('the alarm was gone: it is set anew', { instanceId: state.instanceId, times });
  });
}

/** Tells of the repairs so far no more; true where there were any. */
export function noteAlarmRepairs({ storage, clock }: Deps): boolean {
  return storage.transaction(() => {
    const record = loadRecord(storage);
    if (record.kind !== 'sound' || record.state.alarmRepairs === undefined) return false;
    const { alarmRepairs: _noted, ...state } = record.state;
    saveState(storage, record.state, state, clock.now());
    return true;
  });
}
