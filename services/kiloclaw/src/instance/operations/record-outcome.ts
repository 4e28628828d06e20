/**
 * What a step's try came to, in one segment: facts and progress, the next try, or the way back. Whatever the step
 * believed before its await is read anew.
 */
import type { Failure } from '@kiloclaw/platform-contract';
import { failureOf, mayPass, ProviderError } from '../../providers/provider-error.ts';
import {
  backoffMs,
  CLEAN_UP_TRIES,
  HELD_BACK_MOST_MS,
  OPERATION_DEADLINE_MS,
  RETRY_FIRST_MS,
  RETRY_MOST_MS,
  STUCK_RETRY_FIRST_MS,
  STUCK_RETRY_MOST_MS,
} from '../bounds.ts';
import type { Deps } from '../deps.ts';
import type { InstanceState } from '../state.ts';
import { operationById, saveOperation } from '../storage/operation-store.ts';
import { loadRecord, saveState } from '../storage/record-store.ts';
import { failOperation } from './complete.ts';
import { definitionOf, givesUp, stepsOf } from './kinds.ts';
import type { Operation, StepRecord } from './operation.ts';
import { stopMachine, waitRunning } from './power-steps.ts';
import { type Step, type StepOutcome, StepRefusal, type StepScope } from './step.ts';
import { advance, pendingStep, rewound, withStep } from './step-records.ts';

export interface Intent {
  readonly scope: StepScope;
  readonly step: Step;
  /** The last answer was lost: look before repeating. */
  readonly unresolvedSince: number | null;
}

export type Attempt =
  | { readonly kind: 'outcome'; readonly outcome: StepOutcome }
  /** A look that failed tells nothing of the effect before it: that one stays unresolved. */
  | { readonly kind: 'error'; readonly error: unknown; readonly hasActed: boolean };

/** What happened is recorded whatever else is true; the rest only while this operation still runs. */
export function recordOutcome(deps: Deps, intent: Intent, attempted: Attempt): void {
  const now = deps.clock.now();
  const record = loadRecord(deps.storage);
  const operation = operationById(deps.storage, intent.scope.operation.id);
  if (record.kind !== 'sound' || operation === null) return;
  const learned =
    attempted.kind === 'outcome' && attempted.outcome.kind === 'done' ? attempted.outcome.learned : undefined;
  const informed = { ...record.state, resources: { ...record.state.resources, ...learned } };
  const stillRuns = operation.status === 'running' || operation.status === 'stuck';
  if (!stillRuns) {
    if (learned !== undefined) saveState(deps.storage, record.state, informed, now);
    return;
  }
  if (attempted.kind === 'error') recordError(deps, intent, operation, attempted, now);
  else recordProgress(deps, intent, operation, { stored: record.state, informed }, attempted.outcome, now);
}

function recordProgress(
  deps: Deps,
  { scope, step, unresolvedSince }: Intent,
  operation: Operation,
  states: { readonly stored: InstanceState; readonly informed: InstanceState },
  outcome: StepOutcome,
  now: number,
): void {
  const stored = operation.steps[operation.position] ?? pendingStep(step.name);
  if (outcome.kind === 'done') {
    const byStep = step.commit?.(scope, states.informed) ?? states.informed;
    const committed = outcome.commit?.(byStep, now) ?? byStep;
    saveState(deps.storage, states.stored, { ...committed, generation: committed.generation + 1 }, now);
    const ended: StepRecord = { ...stored, status: 'succeeded', endedAt: now, unresolvedSince: null };
    const ambiguity = unresolvedSince === null ? {} : { ambiguousAt: unresolvedSince };
    const facts = { ...operation.facts, ...ambiguity, ...outcome.facts };
    saveOperation(deps.storage, {
      ...advance(operation, ended),
      facts,
      status: 'running',
      nextAttemptAt: now,
    });
    return;
  }
  if (!isInTime(operation, now) && givesUp(operation) !== 'persist') {
    const message = `The operation did not get past ${step.name} within ${OPERATION_DEADLINE_MS / 60_000} minutes.`;
    giveUp(deps, operation, { code: 'provider_timeout', message }, now);
    return;
  }
  const nextAttemptAt = now + outcome.afterMs;
  if (outcome.kind === 'not_yet') {
    const { progressPercent = stored.progressPercent } = outcome;
    // What was unresolved before stays so: the look is what comes first again.
    const waiting: StepRecord = {
      ...stored,
      unresolvedSince,
      ...(progressPercent !== undefined && { progressPercent }),
    };
    saveOperation(deps.storage, { ...withStep(operation, waiting), nextAttemptAt });
    return;
  }
  const failures = stored.failures + 1;
  const tried = rewound(operation, outcome);
  if (givesUp(operation) !== 'persist' || failures < CLEAN_UP_TRIES) {
    saveOperation(deps.storage, { ...tried, nextAttemptAt });
    return;
  }
  const message = `${step.name} keeps finding what the steps before it should have removed.`;
  saveOperation(deps.storage, {
    ...tried,
    status: 'stuck',
    error: operation.phase === 'undo' ? operation.error : { code: 'provider_error', message },
    nextAttemptAt: now + stuckWaitMs(deps, failures),
  });
}

/** Ever more slowly: a clean-up that keeps failing needs a person, not a hot loop. */
function stuckWaitMs(deps: Deps, failures: number): number {
  const stuckTries = failures - CLEAN_UP_TRIES + 1;
  return backoffMs(stuckTries, STUCK_RETRY_FIRST_MS, STUCK_RETRY_MOST_MS, deps.random.fraction());
}

function recordError(
  deps: Deps,
  { step, unresolvedSince }: Intent,
  operation: Operation,
  { error, hasActed }: Extract<Attempt, { kind: 'error' }>,
  now: number,
): void {
  const failure = failureFrom(error);
  const stored = operation.steps[operation.position] ?? pendingStep(step.name);
  const failures = stored.failures + 1;
  const failed: StepRecord = {
    ...stored,
    failures,
    // An answer that was lost stays so until a look has found what came of it: what refuses now may be its effect.
    unresolvedSince: hasActed ? (unresolvedAfter(error, now) ?? unresolvedSince) : unresolvedSince,
  };
  const ambiguousAt = failed.unresolvedSince ?? unresolvedSince;
  const facts = ambiguousAt === null ? operation.facts : { ...operation.facts, ambiguousAt };
  const tried = { ...withStep(operation, failed), facts };
  deps.log.warn('step failed', {
    operationId: operation.id,
    step: step.name,
    code: failure.code,
    failures,
    message: failure.message,
  });
  const passing = !(error instanceof StepRefusal) && (!(error instanceof ProviderError) || mayPass(error));
  const isOverdue = now - operation.startedAt > OPERATION_DEADLINE_MS;
  const waitsForProvider = isAway(error) && givesUp(operation) === 'fail' && tookDown(tried);
  const persists = givesUp(operation) === 'persist';
  if (!persists && !waitsForProvider && !(passing && isInTime(operation, now))) {
    giveUp(deps, tried, failure, now);
    return;
  }
  const isStuck = failures >= CLEAN_UP_TRIES && (persists || (waitsForProvider && isOverdue));
  const waitMs = isStuck
    ? stuckWaitMs(deps, failures)
    : backoffMs(failures, RETRY_FIRST_MS, RETRY_MOST_MS, deps.random.fraction());
  const nextAttemptAt = now + Math.max(waitMs, askedPauseMs(error));
  saveOperation(deps.storage, {
    ...tried,
    facts: waitsForProvider ? { ...facts, awayUntil: nextAttemptAt } : facts,
    status: isStuck ? 'stuck' : 'running',
    error: isStuck ? failure : tried.error,
    nextAttemptAt,
  });
}

/** Bounded: for as long as an operation waits, its instance takes no other, and a machine that it took down stays down. */
function askedPauseMs(error: unknown): number {
  const asked = error instanceof ProviderError ? (error.facts.retryAfterMs ?? 0) : 0;
  return Math.min(asked, HELD_BACK_MOST_MS);
}

/** An operation has its quarter of an hour, counted anew from when the provider answers again. */
function isInTime({ startedAt, facts }: Operation, now: number): boolean {
  return now - (facts.awayUntil ?? startedAt) <= OPERATION_DEADLINE_MS;
}

const AWAY: ReadonlySet<string> = new Set(['unavailable', 'ambiguous', 'rate_limited']);

function isAway(error: unknown): boolean {
  return error instanceof ProviderError && AWAY.has(error.kind);
}

/**
 * A machine that the operation itself has stopped, or may have, and not brought up again: nobody asked for that to last.
 */
function tookDown(operation: Operation): boolean {
  const { steps, facts } = operation;
  const comesUp = stepsOf(operation).some(({ name }) => name === waitRunning.name);
  const mayHaveStopped = steps.some(
    ({ name, unresolvedSince }) => name === stopMachine.name && unresolvedSince !== null,
  );
  return comesUp && facts.wasRunning === true && (facts.tookDown === true || mayHaveStopped);
}

/** A lost answer leaves the effect open; so does a conflict: an earlier try may be what is in the way. */
function unresolvedAfter(error: unknown, now: number): number | null {
  if (error instanceof StepRefusal) return null;
  if (!(error instanceof ProviderError)) return now;
  return error.kind === 'ambiguous' || error.kind === 'conflict' ? now : null;
}

function failureFrom(error: unknown): Failure {
  if (error instanceof ProviderError) return failureOf(error);
  if (error instanceof StepRefusal) return error.failure;
  return { code: 'internal_error', message: error instanceof Error ? error.message : 'unknown error' };
}

/** The way forward is over: what was made goes, or what was reached stays. */
function giveUp(deps: Deps, operation: Operation, failure: Failure, now: number): void {
  const record = loadRecord(deps.storage);
  if (record.kind !== 'sound') return;
  const current = operation.steps[operation.position] ?? pendingStep('unknown');
  const failed = withStep(operation, { ...current, status: 'failed', endedAt: now });
  const letsGoFirst = operation.phase === 'forward' && operation.facts.isHeld === true;
  const endsHere = givesUp(operation) === 'fail';
  if (endsHere && !letsGoFirst) {
    failOperation(
      deps,
      record.state,
      failed,
      operation.phase === 'undo' ? (operation.error ?? failure) : failure,
      now,
    );
    return;
  }
  const { undo } = definitionOf(operation.kind);
  if (undo !== undefined && !endsHere) saveState(deps.storage, record.state, undo.begin(record.state), now);
  const done = failed.steps.slice(0, failed.position + 1);
  const back = {
    ...failed,
    phase: 'undo',
    facts: endsHere ? { ...failed.facts, onlyLetsGo: true } : failed.facts,
  } as const;
  saveOperation(deps.storage, {
    ...back,
    error: failure,
    steps: stepsOf(back).map((step) => pendingStep(step.name)),
    position: 0,
    result: { reached: done.map((step) => ({ name: step.name, status: step.status })) },
    nextAttemptAt: now,
  });
}
