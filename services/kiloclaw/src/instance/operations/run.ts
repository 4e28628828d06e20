/**
 * Runs the unfinished operation, step by step: store the intent, act, store the outcome. Single flight in memory, truth
 * in the row.
 */
import { RUN_STEPS_MOST } from '../bounds.ts';
import type { Deps } from '../deps.ts';
import type { InstanceState } from '../state.ts';
import { saveOperation, unfinishedOperation } from '../storage/operation-store.ts';
import { loadRecord } from '../storage/record-store.ts';
import { completeOperation, failOperation } from './complete.ts';
import { stepsOf } from './kinds.ts';
import type { Operation, StepRecord } from './operation.ts';
import { type Attempt, type Intent, recordOutcome } from './record-outcome.ts';
import { advance, withStep } from './step-records.ts';

/** Goes on until the operation has ended or has to wait; called single-file, by requests and by the alarm. */
export async function runUnfinished(deps: Deps): Promise<void> {
  for (let taken = 0; taken < RUN_STEPS_MOST; taken += 1) {
    const intent = beginStep(deps);
    if (intent === 'idle') return;
    if (intent === 'moved_on') continue;
    const { scope, step } = intent;
    const outcome = await deps.traces.step(scope.operation, step.name, scope.state.instanceId, () =>
      attempt(deps, intent),
    );
    deps.storage.transaction(() => recordOutcome(deps, intent, outcome));
  }
}

/** Stores that the next step is about to act. The runtime holds its call back until that is durable. */
function beginStep(deps: Deps): Intent | 'idle' | 'moved_on' {
  return deps.storage.transaction(() => {
    const now = deps.clock.now();
    const operation = unfinishedOperation(deps.storage);
    const record = loadRecord(deps.storage);
    if (operation === null || record.kind !== 'sound' || operation.nextAttemptAt > now) return 'idle';
    const step = stepsOf(operation)[operation.position];
    const stored = operation.steps[operation.position];
    if (step === undefined || stored === undefined) {
      endPhase(deps, record.state, operation, now);
      return 'moved_on';
    }
    const scope = { state: record.state, operation, now };
    if (step.applies?.(scope) === false) {
      saveOperation(deps.storage, advance(operation, { ...stored, status: 'skipped', endedAt: now }));
      return 'moved_on';
    }
    const begun: StepRecord = {
      ...stored,
      status: 'running',
      startedAt: stored.startedAt ?? now,
      // From this try on: the last effect that may still land is the one that counts.
      unresolvedSince: now,
    };
    const intended = withStep(operation, begun);
    saveOperation(deps.storage, intended);
    return { scope: { ...scope, operation: intended }, step, unresolvedSince: stored.unresolvedSince };
  });
}

async function attempt(deps: Deps, { scope, step, unresolvedSince }: Intent): Promise<Attempt> {
  let hasActed = false;
  try {
    const tools = { provider: deps.provider(scope.state.provider), vault: deps.vault };
    if (unresolvedSince !== null) {
      const learned = (await step.look?.(scope, tools)) ?? null;
      if (learned !== null) return { kind: 'outcome', outcome: { kind: 'done', learned } };
      const settlesAt = unresolvedSince + (step.settleMs ?? 0);
      if (scope.now < settlesAt)
        return { kind: 'outcome', outcome: { kind: 'not_yet', afterMs: settlesAt - scope.now } };
    }
    hasActed = true;
    return { kind: 'outcome', outcome: await step.act(scope, tools) };
  } catch (error) {
    const capabilities = deps.capabilities(scope.state.provider);
    const recovered = hasActed ? (step.recover?.(scope, error, capabilities) ?? null) : null;
    return recovered === null ? { kind: 'error', error, hasActed } : { kind: 'outcome', outcome: recovered };
  }
}

function endPhase(deps: Deps, state: InstanceState, operation: Operation, now: number): void {
  if (operation.phase === 'forward') completeOperation(deps, state, { ...operation, error: null }, now);
  else
    failOperation(
      deps,
      state,
      operation,
      operation.error ?? { code: 'internal_error', message: 'unknown' },
      now,
    );
}
