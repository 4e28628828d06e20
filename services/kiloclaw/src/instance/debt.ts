/** Pays what is owed to the registry: the row, where it is behind, and the audit rows, in order. */
import { backoffMs, DEBT_RETRY_FIRST_MS, DEBT_RETRY_MOST_MS, DEBT_ROUNDS_MOST } from './bounds.ts';
import { forgetPerson } from './deletion/forget-person.ts';
import type { DeliveryAnswer, Deps } from './deps.ts';
import { registryRow } from './registry-row.ts';
import type { InstanceState } from './state.ts';
import type { InstanceStorage } from './storage/instance-storage.ts';
import { countOutbox, forgetOutbox, type OutboxEntry, readOutbox } from './storage/outbox.ts';
import { loadRecord, saveState } from './storage/record-store.ts';

const REJECTED = 'registry_rejected';

/** A row that the registry refuses for good is parked: it is owed again with the next change. */
export function owes(storage: InstanceStorage, state: InstanceState): boolean {
  return state.registryVersion > state.registrySyncedVersion || countOutbox(storage) > 0;
}

/** Since when something is owed, in milliseconds since 1970: the oldest audit row, or the last change. Null without debt. */
export function debtSince(storage: InstanceStorage, state: InstanceState): number | null {
  if (!owes(storage, state)) return null;
  const isRowOwed = state.registryVersion > state.registrySyncedVersion;
  const oldest = readOutbox(storage)[0]?.row.at ?? Number.POSITIVE_INFINITY;
  return Math.min(oldest, isRowOwed ? state.updatedAt : Number.POSITIVE_INFINITY);
}

/** Pays until nothing is owed. Returns how long to wait before the next try, or null when all is paid. */
export async function payDebt(deps: Deps, failures: number): Promise<number | null> {
  for (let round = 0; round < DEBT_ROUNDS_MOST; round += 1) {
    const record = loadRecord(deps.storage);
    if (record.kind !== 'sound' || !owes(deps.storage, record.state)) return null;
    const { state } = record;
    const entries = readOutbox(deps.storage);
    const answer = await deps.registry.deliver({
      user: { id: state.userId, email: state.unsyncedEmail },
      row: state.registryVersion > state.registrySyncedVersion ? registryRow(state) : null,
      audit: entries.map((entry) => entry.row),
      owedSince: owedSince(state, entries),
    });
    if (answer.outcome === 'unavailable') {
      return backoffMs(failures + 1, DEBT_RETRY_FIRST_MS, DEBT_RETRY_MOST_MS, deps.random.fraction());
    }
    deps.storage.transaction(() => {
      settle(deps, state, entries, answer);
      // Set while the registry was away, say: it was stored without them, and what is told here is to be the same.
      for (const personId of peopleToForget(answer)) forgetPerson(deps, personId);
    });
  }
  return DEBT_RETRY_FIRST_MS;
}

/** Of a row that has changed again since, this is its last change: the writer that hears of it goes by the first. */
function owedSince(state: InstanceState, entries: readonly OutboxEntry[]): number {
  const [oldest] = entries;
  const isRowOwed = state.registryVersion > state.registrySyncedVersion;
  return Math.min(
    oldest?.row.at ?? Number.POSITIVE_INFINITY,
    isRowOwed ? state.updatedAt : Number.POSITIVE_INFINITY,
  );
}

function peopleToForget(answer: DeliveryAnswer): readonly string[] {
  return answer.outcome === 'stored' ? (answer.toForget ?? []) : [];
}

function settle(
  deps: Deps,
  sent: InstanceState,
  entries: readonly OutboxEntry[],
  answer: DeliveryAnswer,
): void {
  const now = deps.clock.now();
  const record = loadRecord(deps.storage);
  if (record.kind !== 'sound') return;
  const { state } = record;
  forgetOutbox(deps.storage, entries);
  if (answer.outcome === 'rejected') {
    deps.log.error('registry rejected the row', { instanceId: state.instanceId, reason: answer.reason });
    saveState(deps.storage, state, parked(state, sent, answer.reason, now), now);
    return;
  }
  if (answer.outcome !== 'stored') return;
  const synced = { ...state, registrySyncedVersion: sent.registryVersion, unsyncedEmail: null };
  const rowIsAhead =
    !answer.rowWritten && answer.currentVersion !== null && answer.currentVersion >= sent.registryVersion;
  if (sent.registryVersion > sent.registrySyncedVersion && rowIsAhead && answer.currentVersion !== null) {
    // A row from another life of this object: its version is passed, and the row written again.
    const registryVersion = Math.max(state.registryVersion, answer.currentVersion + 1);
    saveState(deps.storage, state, { ...state, unsyncedEmail: null, registryVersion }, now);
    return;
  }
  // An answer to audit rows alone tells nothing of a row that is parked.
  const wasSent = sent.registryVersion > sent.registrySyncedVersion;
  const drift = wasSent ? state.drift.filter((finding) => finding.kind !== REJECTED) : state.drift;
  saveState(deps.storage, state, { ...synced, drift }, now);
}

function parked(state: InstanceState, sent: InstanceState, reason: string, now: number): InstanceState {
  const others = state.drift.filter((finding) => finding.kind !== REJECTED);
  const drift = [...others, { kind: REJECTED, since: now, details: { reason } }];
  // Saving raises the version once, for a finding that is new; that row would be refused as well.
  const isNew = others.length === state.drift.length;
  return { ...state, drift, registrySyncedVersion: sent.registryVersion + (isNew ? 1 : 0) };
}
