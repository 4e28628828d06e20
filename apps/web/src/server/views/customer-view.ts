/**
 * What a customer's browser receives of an instance. Everything in it is named here; what is not named does not leave.
 * A lent size shows in nothing of it, nor in what is missing from it. Pure.
 */
import type {
  InstanceStatus,
  ListedInstance,
  OperationAnswer,
  OperationStatus,
  OperationView,
  StatusView,
} from '@kiloclaw/platform-contract';
import { customerSentence } from '../trpc/customer-failures.ts';
import { CUSTOMER_KINDS, type CustomerOperationKind } from './customer-kinds.ts';
import { type CustomerPower, customerPower } from './customer-power.ts';
import { type CustomerStep, customerSteps, hasTouchedMachine } from './customer-steps.ts';

export interface CustomerOperation {
  readonly id: string;
  readonly kind: CustomerOperationKind;
  readonly status: OperationStatus;
  /** Of starting, stopping and restarting; empty for what else there is. */
  readonly steps: readonly CustomerStep[];
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
  /** The billed one. */
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
  readonly power: CustomerPower;
}

export function customerInstance(view: StatusView): CustomerInstance {
  const { operation, machineSize } = view;
  return {
    instanceId: view.instanceId,
    name: view.name,
    status: view.status,
    instanceType: view.instanceType,
    machineSize:
      machineSize === null
        ? null
        : { cpus: machineSize.cpus, memory_mb: machineSize.memory_mb, cpu_kind: machineSize.cpu_kind },
    volumeSizeGb: view.volumeSizeGb,
    region: view.region,
    createdAt: view.createdAt,
    startedAt: view.startedAt,
    stoppedAt: view.stoppedAt,
    operation:
      operation === null
        ? null
        : { id: operation.id, kind: CUSTOMER_KINDS[operation.kind], startedAt: operation.startedAt },
    power: customerPower(view),
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
  const byOwner = operation.actor.kind === 'customer' && operation.actor.id === ownerId;
  const kind = CUSTOMER_KINDS[operation.kind];
  if (!byOwner && kind === 'restart' && !hasTouchedMachine(operation)) return null;
  return {
    id: operation.id,
    kind,
    status: operation.status,
    steps: customerSteps(kind, operation),
    byOwner,
    startedAt: operation.startedAt,
    endedAt: operation.endedAt,
    failure: failureOf(operation),
  };
}

/** What is stuck goes on being tried: it has not failed. */
function failureOf({ status, error }: OperationView): string | null {
  return status !== 'failed' || error === null ? null : customerSentence(error.code);
}
