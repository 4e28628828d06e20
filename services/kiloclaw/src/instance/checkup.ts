/**
 * What an instance tells a checkup of its fleet: its own word on everything that can be held against its row and its
 * provider. What is told was so before the look that it may take, but for what that look found.
 */
import { ok, type Result } from '@kiloclaw/platform-contract';
import { debtSince } from './debt.ts';
import type { Deps } from './deps.ts';
import type { Instance } from './instance.ts';
import type { CheckupCall, CheckupFacts } from './instance-rpc.ts';
import { isLookedAt } from './reconcile/reconcile.ts';
import { registryRow } from './registry-row.ts';
import type { InstanceState } from './state.ts';
import { operationPage, unfinishedOperation } from './storage/operation-store.ts';
import { countOutbox } from './storage/outbox.ts';

/** A look that is in doubt is taken once more: what two looks in a row find is believed. */
const LOOKS_MOST = 2;
/** Operations that one look may leave in the timeline. */
const ADOPTIONS_MOST = 5;

/** Null where the object holds nothing: a checkup restores nothing. */
export async function checkUpInstance(
  instance: Instance,
  { caller, live }: CheckupCall,
): Promise<Result<CheckupFacts | null>> {
  if (!instance.hasRecord()) return ok(null);
  const first = instance.authorize(caller, 'checkup');
  if (!first.ok) return first;
  const { deps } = instance;
  const alarmAt = await deps.storage.getAlarm();
  await instance.repairAlarm();
  const registry = registryFacts(deps, first.value);
  const now = deps.clock.now();
  const newest = newestOperationId(deps);
  const look = await lookOf(instance, first.value, live);
  const authorized = instance.authorize(caller, 'checkup');
  if (!authorized.ok) return authorized;
  const state = authorized.value;
  return ok({
    now,
    registry,
    alarm: { at: alarmAt, cadenceMs: cadenceMsOf(deps, first.value), repairs: state.alarmRepairs ?? null },
    operation: operationFacts(deps),
    drift: state.drift,
    look: { outcome: look, at: instance.looks.newest?.at ?? state.lastObservation?.at ?? null },
    adopted: adoptedSince(deps, newest, first.value, state),
  });
}

function registryFacts(deps: Deps, state: InstanceState): CheckupFacts['registry'] {
  return {
    row: registryRow(state),
    syncedVersion: state.registrySyncedVersion,
    auditRowsOwed: countOutbox(deps.storage),
    owedSince: debtSince(deps.storage, state),
  };
}

function cadenceMsOf({ storage, cadence }: Deps, state: InstanceState): number {
  if (unfinishedOperation(storage) !== null || debtSince(storage, state) !== null) return cadence.busyMs;
  return state.status === 'running' ? cadence.runningMs : cadence.idleMs;
}

function operationFacts({ storage }: Deps): CheckupFacts['operation'] {
  const current = unfinishedOperation(storage);
  if (current === null) return null;
  const { id, kind, status, startedAt, error } = current;
  return {
    id,
    kind,
    isStuck: status === 'stuck',
    step: current.steps[current.position]?.name ?? null,
    startedAt,
    /** Its time counts from there: what waited for a provider that was away is not late. */
    countedFrom: Math.max(startedAt, current.facts.awayUntil ?? 0),
    message: error?.message ?? null,
  };
}

async function lookOf(
  instance: Instance,
  state: InstanceState,
  live: boolean,
): Promise<CheckupFacts['look']['outcome']> {
  const isBusy = unfinishedOperation(instance.deps.storage) !== null;
  if (!live || isBusy || !isLookedAt(state)) return 'none';
  for (let look = 1; ; look += 1) {
    await instance.look('checkup');
    const { isInDoubt, heldBackMs, failed } = instance.looks.lastOutcome;
    if (isInDoubt && look < LOOKS_MOST) continue;
    if (heldBackMs !== null) return 'held_back';
    return failed ? 'failed' : 'taken';
  }
}

function newestOperationId({ storage }: Deps): string | null {
  return operationPage(storage, null, 1).items[0]?.id ?? null;
}

/** What the look took over from the provider into the record. */
function adoptedSince(
  { storage }: Deps,
  newestBefore: string | null,
  before: InstanceState,
  after: InstanceState,
): CheckupFacts['adopted'] {
  const { items } = operationPage(storage, null, ADOPTIONS_MOST);
  const known = items.findIndex(({ id }) => id === newestBefore);
  const entries = items
    .slice(0, known === -1 ? items.length : known)
    .flatMap(({ params }) => params.adopted ?? [])
    .map(({ what, from, to }) => ({ what, from, to }));
  const isPowerAlone = after.status !== before.status && isLookedAt(before) && isLookedAt(after);
  if (entries.length > 0 || !isPowerAlone) return entries;
  return [{ what: 'status', from: before.status, to: after.status }];
}
