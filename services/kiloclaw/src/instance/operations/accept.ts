/**
 * Acceptance: one synchronous segment that looks at the state as it is now, and stores the operation, its
 * audit row and whatever it changes at once. Nothing outside has happened when it ends.
 */
import { type Actor, type Failure, type GatedAction, gate } from '@kiloclaw/platform-contract';
import { deniedRow, requestedRow } from '../audit.ts';
import { IDEMPOTENCY_KEY_KEPT_MS } from '../bounds.ts';
import { unconfiguredRefusal } from '../configured-providers.ts';
import type { Deps, Fingerprint } from '../deps.ts';
import { waitsForRestart } from '../hardware/pending-restart.ts';
import type { Adoption } from '../reconcile/scope.ts';
import type { InstanceState } from '../state.ts';
import type { InstanceStorage } from '../storage/instance-storage.ts';
import { insertOperation, operationByKey, unfinishedOperation } from '../storage/operation-store.ts';
import { appendToOutbox } from '../storage/outbox.ts';
import { saveState } from '../storage/record-store.ts';
import { customersKindOf } from '../views/customer-words.ts';
import { completeOperation, supersede } from './complete.ts';
import type { SupportedOperationKind } from './kinds.ts';
import { stepsOf } from './kinds.ts';
import { hardwareOf, type Operation, type OperationFacts, type StepRecord } from './operation.ts';
import { pendingStep } from './step-records.ts';
import { type Submission, submittedBySystem } from './submission.ts';

export type Acceptance =
  | { readonly accepted: true; readonly operation: Operation; readonly repeated: boolean }
  | { readonly accepted: false; readonly failure: Failure };

/** The operation that this key stands for already, or the refusal of another request under it. */
export function answerByKey(
  storage: InstanceStorage,
  { idempotencyKey, fingerprints }: Pick<Submission, 'idempotencyKey' | 'fingerprints'>,
  now: number,
): Acceptance | null {
  if (idempotencyKey === null) return null;
  const known = operationByKey(storage, idempotencyKey, now - IDEMPOTENCY_KEY_KEPT_MS);
  if (known === null) return null;
  if (isSameRequest(known, fingerprints)) {
    return { accepted: true, operation: known, repeated: true };
  }
  const message = 'This Idempotency-Key was used for another request. Use a new key for each change.';
  return { accepted: false, failure: { code: 'idempotency_key_reused', message } };
}

/**
 * By whichever key the first one was hashed. Once that key has been taken away nobody can tell a repeat from another
 * request: it counts as a repeat, since to do it twice would be worse.
 */
function isSameRequest(
  { argumentsFingerprint, argumentsKeyId }: Operation,
  fingerprints: readonly Fingerprint[],
): boolean {
  if (fingerprints.some(({ hash }) => hash === argumentsFingerprint)) return true;
  return argumentsKeyId !== undefined && fingerprints.every(({ keyId }) => keyId !== argumentsKeyId);
}

interface Change {
  /** The refusal of this change as things are now, or null; the gate alone where it isn't given. */
  readonly decide?: (running: Operation | null) => Failure | null;
  /** What the acceptance itself changes. */
  readonly change?: (state: InstanceState) => InstanceState;
}

/** Accepts a change of an existing instance, or refuses it. Call within no other segment. */
export function acceptChange(
  deps: Deps,
  state: InstanceState,
  submission: Submission<SupportedOperationKind & GatedAction>,
  { decide, change = (unchanged) => unchanged }: Change = {},
): Acceptance {
  const now = deps.clock.now();
  return deps.storage.transaction(() => {
    const byKey = answerByKey(deps.storage, submission, now);
    if (byKey !== null) return byKey;
    const current = unfinishedOperation(deps.storage);
    // Destroying what is being destroyed is the same wish: one operation serves both.
    if (submission.kind === 'destroy' && current?.kind === 'destroy') {
      return { accepted: true, operation: current, repeated: true };
    }
    const shown = asShownTo(submission.actor, current);
    const decided = (decide ?? ((running) => gateRefusal(deps, state, submission.kind, running)))(shown);
    const refusal = decided ?? unreachable(deps, state, submission.actor);
    if (refusal !== null) return refused(deps, state, submission, refusal);
    const outranked = submission.kind === 'destroy' ? current : null;
    if (outranked !== null) supersede(deps, state, outranked, now);
    const facts: OperationFacts = outranked === null ? {} : { ambiguousAt: now };
    return store(deps, state, change({ ...state, generation: state.generation + 1 }), submission, facts, now);
  });
}

/** The end of a lent size is pure state: refused, its alarm would be due for ever. */
function unreachable(deps: Deps, { provider }: InstanceState, { kind }: Actor): Failure | null {
  return kind === 'system' ? null : unconfiguredRefusal(deps, provider);
}

/** The operation in the way, as the refusal may name it. */
function asShownTo({ kind }: Actor, current: Operation | null): Operation | null {
  if (current === null || kind !== 'customer') return current;
  return { ...current, kind: customersKindOf(current.kind) };
}

/** The gate's refusal, with that of the policy in its place of the one order. */
export function gateRefusal(
  deps: Deps,
  { status, provider }: InstanceState,
  action: GatedAction,
  runningOperation: Operation | null,
  policy: Failure | null = null,
): Failure | null {
  const capabilities = deps.capabilities(provider);
  const answer = gate(action, { status, runningOperation, stateError: null, capabilities }, { policy });
  return answer.allowed ? null : { code: answer.reason, message: answer.message, details: answer.details };
}

/**
 * Accepts the first operation of an instance: its record begins with it. `mayExist`: nobody could tell whether this
 * instance was here before, so that each of its steps looks before it makes anything.
 */
export function acceptFirst(
  deps: Deps,
  state: InstanceState,
  submission: Submission,
  { mayExist = false }: { readonly mayExist?: boolean } = {},
): Acceptance {
  const now = deps.clock.now();
  const facts: OperationFacts = { machine: 'absent', ...(mayExist && { mayExist }) };
  return deps.storage.transaction(() => store(deps, null, state, submission, facts, now, mayExist));
}

/**
 * The timeline entry of what was adopted on an observation's word: a repair that is over when it is stored, in one
 * segment with the state it tells of.
 */
export function acceptAdopted(
  deps: Deps,
  before: InstanceState,
  next: InstanceState,
  adopted: readonly Adoption[],
): void {
  const params = { adopted: adopted.map((adoption) => ({ ...adoption })) };
  const submission = submittedBySystem('reconcile', before.userId, { kind: 'repair', params });
  const state = { ...next, generation: next.generation + 1 };
  deps.storage.transaction(() => store(deps, before, state, submission, {}, deps.clock.now()));
}

function store(
  deps: Deps,
  before: InstanceState | null,
  next: InstanceState,
  submission: Submission,
  facts: OperationFacts,
  now: number,
  looksFirst = false,
): Acceptance {
  const state = saveState(deps.storage, before, next, now);
  const fresh = newOperation(deps.random.id(now), state, before, submission, facts, now);
  const operation = looksFirst ? { ...fresh, steps: fresh.steps.map(unresolvedEver) } : fresh;
  const hasSteps = operation.steps.length > 0;
  // What is done at once never takes the slot: another operation may be in it.
  insertOperation(deps.storage, hasSteps ? operation : { ...operation, status: 'succeeded' });
  appendToOutbox(deps.storage, requestedRow(state, operation));
  if (hasSteps) return { accepted: true, operation, repeated: false };
  return { accepted: true, operation: completeOperation(deps, state, operation, now), repeated: false };
}

function newOperation(
  id: string,
  state: InstanceState,
  before: InstanceState | null,
  submission: Submission,
  facts: OperationFacts,
  now: number,
): Operation {
  const steps = hasSteps(submission, state, now) ? stepsOf({ ...submission, phase: 'forward' }) : [];
  return {
    id,
    kind: submission.kind,
    status: 'running',
    phase: 'forward',
    actor: submission.actor,
    requestId: submission.requestId,
    ...(submission.traceparent !== undefined && { traceparent: submission.traceparent }),
    params: { ...submission.params },
    idempotencyKey: submission.idempotencyKey,
    ...hashed(submission),
    position: 0,
    steps: steps.map((step) => pendingStep(step.name)),
    facts,
    nextAttemptAt: now,
    generation: state.generation,
    before: before === null ? null : hardwareOf(before),
    after: null,
    result: null,
    error: null,
    startedAt: now,
    endedAt: null,
  };
}

function hashed({ fingerprints: [current] }: Submission) {
  if (current === undefined) return { argumentsFingerprint: '' };
  return { argumentsFingerprint: current.hash, argumentsKeyId: current.keyId };
}

/** A configuration to start nothing on, an override that nothing waits for, and what was observed are stored: that is all of it. */
function hasSteps({ kind, params }: Submission, state: InstanceState, now: number): boolean {
  if (kind === 'update_config') return params.start === true;
  // Of a tombstone nothing is left to remove, and nothing to find it by.
  if (kind === 'destroy') return state.status !== 'destroyed';
  if (kind === 'repair') return params.adopted === undefined;
  const isOverride = kind === 'set_override' || kind === 'clear_override';
  return !isOverride || (params.apply === 'now' && waitsForRestart(state, now));
}

/** As if an effect had been asked for long ago, and nobody knew whether it happened. */
function unresolvedEver(step: StepRecord): StepRecord {
  return { ...step, unresolvedSince: 0 };
}

/** A step that has not been tried yet. */

function refused(deps: Deps, state: InstanceState, submission: Submission, failure: Failure): Acceptance {
  const at = deps.clock.now();
  const attempt = { ...submission, id: deps.random.id(at), action: submission.kind, code: failure.code, at };
  appendToOutbox(deps.storage, deniedRow(state, attempt));
  return { accepted: false, failure };
}
