/**
 * What a customer's browser receives of an instance. Everything in it is named here; what is not named does not leave.
 * A lent size shows in nothing of it. Pure.
 */
import {
  type InstanceStatus,
  isUnfinished,
  type ListedInstance,
  type OperationAnswer,
  type OperationKind,
  type OperationStatus,
  type OperationView,
  type StatusView,
} from '@kiloclaw/platform-contract';
import { customerSentence } from '../trpc/customer-failures.ts';

/** What may be under way, in words that tell nothing of how it is done. */
export type CustomerOperationKind =
  | 'provision'
  | 'start'
  | 'stop'
  | 'restart'
  | 'destroy'
  | 'resize'
  | 'extend_volume'
  | 'maintenance';

export interface CustomerOperation {
  readonly id: string;
  readonly kind: CustomerOperationKind;
  readonly status: OperationStatus;
  /** How many of its steps are done, of how many. */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  readonly byOwner: boolean;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** A sentence, where it failed. */
  readonly failure: string | null;
}

export interface CustomerInstance {
  readonly instanceId: string;
  readonly name: string | null;
  readonly status: InstanceStatus;
  readonly instanceType: StatusView['instanceType'];
  readonly machineSize: StatusView['machineSize'];
  readonly volumeSizeGb: number | null;
  readonly region: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly stoppedAt: string | null;
  readonly operation: {
    readonly id: string;
    readonly kind: CustomerOperationKind;
    readonly startedAt: string;
  } | null;
}

const KINDS: Record<OperationKind, CustomerOperationKind> = {
  provision: 'provision',
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  destroy: 'destroy',
  resize: 'resize',
  extend_volume: 'extend_volume',
  set_override: 'restart',
  clear_override: 'restart',
  replace_volume: 'maintenance',
  update_config: 'maintenance',
  repair: 'maintenance',
  restore: 'maintenance',
};

const OF_A_LOAN: readonly OperationKind[] = ['set_override', 'clear_override'];
/** What makes a loan a restart, which its customer notices. */
const RESTARTING_STEPS: readonly string[] = ['stop_machine', 'start_machine'];

export function customerInstance(view: StatusView): CustomerInstance {
  const { operation } = view;
  return {
    instanceId: view.instanceId,
    name: view.name,
    status: view.status,
    instanceType: view.instanceType,
    machineSize: view.machineSize,
    volumeSizeGb: view.volumeSizeGb,
    region: view.region,
    createdAt: view.createdAt,
    startedAt: view.startedAt,
    stoppedAt: view.stoppedAt,
    operation:
      operation === null
        ? null
        : { id: operation.id, kind: KINDS[operation.kind], startedAt: operation.startedAt },
  };
}

export interface CustomerListedInstance {
  readonly instanceId: string;
  readonly name: string | null;
  readonly status: string;
  readonly createdAt: string;
}

export function customerListedInstance(row: ListedInstance): CustomerListedInstance {
  const { instanceId, name, status, createdAt } = row;
  return { instanceId, name, status, createdAt };
}

/** The operation for its customer; null for one that the customer could not notice. */
export function customerOperation({ operation }: OperationAnswer, ownerId: string): CustomerOperation | null {
  if (OF_A_LOAN.includes(operation.kind) && !restarted(operation)) return null;
  const isOfALoan = OF_A_LOAN.includes(operation.kind);
  return {
    id: operation.id,
    kind: KINDS[operation.kind],
    status: operation.status,
    ...progressOf(operation, isOfALoan),
    byOwner: operation.actor.kind === 'customer' && operation.actor.id === ownerId,
    startedAt: operation.startedAt,
    endedAt: operation.endedAt,
    failure: operation.error === null ? null : customerSentence(operation.error.code),
  };
}

function restarted({ steps }: OperationView): boolean {
  return steps.some(
    ({ name, status }) => RESTARTING_STEPS.includes(name) && status !== 'pending' && status !== 'skipped',
  );
}

/** A restart has two steps for its customer, however it was brought about: how many there were may tell of a loan. */
function progressOf({ steps, status }: OperationView, isOfALoan: boolean) {
  if (!isOfALoan) {
    const stepsDone = steps.filter((step) => step.status === 'succeeded' || step.status === 'skipped').length;
    return { stepsDone, stepsTotal: steps.length };
  }
  return { stepsDone: isUnfinished(status) ? 1 : 2, stepsTotal: 2 };
}
