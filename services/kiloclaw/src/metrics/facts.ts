/**
 * What the control plane says of itself to whoever watches it: each fact in one place of the code, whatever becomes of
 * it. Nobody waits for a fact, and none may fail what it tells of.
 */
import type { OperationKind, OperationStatus } from '@kiloclaw/platform-contract';
import type { ProviderCall } from '../providers/call-log.ts';

export interface EndedOperation {
  readonly kind: OperationKind;
  readonly outcome: OperationStatus;
  /** From its acceptance on. */
  readonly durationMs: number;
}

/** The operation in an instance's slot. */
export interface StandingOperation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  /** When it is tried next. */
  readonly nextAttemptAt: number;
}

export const RECONCILE_RESULTS = ['unchanged', 'changed', 'in_doubt', 'held_back', 'failed'] as const;
/**
 * `in_doubt`: seen, to be looked at again before it is believed. `held_back`: refused for the provider's rate.
 * `failed`: the provider did not answer, or not with sense.
 */
export type ReconcileResult = (typeof RECONCILE_RESULTS)[number];

export const DELIVERY_OUTCOMES = ['stored', 'rejected', 'unavailable'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export interface Delivery {
  readonly instanceId: string;
  /** When the oldest of what is delivered came to be owed, in milliseconds since 1970. */
  readonly owedSince: number;
}

/** What an instance tells. */
export interface InstanceFacts {
  operationEnded(ended: EndedOperation): void;
  /** Told whenever the slot may have changed, and of the same as often as one likes; null where it is free. */
  operationStands(instanceId: string, operation: StandingOperation | null): void;
  reconciled(result: ReconcileResult): void;
  /** `latenessMs` after its time; `cadenceMs` is how often such an alarm comes. */
  alarmRan(alarm: { readonly latenessMs: number; readonly cadenceMs: number }): void;
}

/** What can be said, by whatever part. */
export interface Facts extends Omit<InstanceFacts, 'operationStands'> {
  /** The operation that is at work on an instance and not stuck, or null. */
  operationRuns(instanceId: string, kind: OperationKind | null): void;
  operationIsStuck(kind: OperationKind): void;
  providerCalled(call: ProviderCall): void;
  /** It has reached its registry writer, and waits for Postgres. */
  deliveryWaits(delivery: Delivery): void;
  deliveryEnded(delivery: Delivery, outcome: DeliveryOutcome, now: number): void;
}
