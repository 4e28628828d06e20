/**
 * How far an operation has come, for its customer. A restart has the same three steps however it was brought about:
 * the names and the number of the control plane's own would tell one for a lent size from any other. Pure.
 */
import { isUnfinished, type OperationView, type StepStatus } from '@kiloclaw/platform-contract';
import type { CustomerOperationKind } from './customer-kinds.ts';

const STEP_NAMES = ['prepare', 'stop', 'start', 'ready'] as const;
export type CustomerStepName = (typeof STEP_NAMES)[number];

export interface CustomerStep {
  readonly name: CustomerStepName;
  readonly status: Exclude<StepStatus, 'skipped'>;
}

const STEPS_OF: Partial<Record<CustomerOperationKind, readonly CustomerStepName[]>> = {
  start: ['prepare', 'start', 'ready'],
  stop: ['prepare', 'stop'],
  restart: STEP_NAMES,
};

/** The control plane's steps by what they come to; one that isn't here is a part of the preparation. */
const PARTS: ReadonlyMap<string, CustomerStepName> = new Map([
  ['stop_machine', 'stop'],
  ['wait_stopped', 'stop'],
  ['record_stopped', 'stop'],
  ['fork_volume', 'start'],
  ['delete_machine', 'start'],
  ['remove_replaced_machine', 'start'],
  ['hold_machine', 'start'],
  ['update_machine', 'start'],
  ['wait_settled', 'start'],
  ['release_machine', 'start'],
  ['create_machine', 'start'],
  ['start_machine', 'start'],
  ['wait_running', 'ready'],
]);

/** The steps of which a customer can notice something. */
const FELT: readonly string[] = ['stop_machine', 'create_machine', 'start_machine'];

export function customerSteps(kind: CustomerOperationKind, operation: OperationView): CustomerStep[] {
  const names = STEPS_OF[kind] ?? [];
  return names.map((name) => ({ name, status: statusOf(name, operation) }));
}

/** Whether it has begun to stop or to start the machine; a step that is to be done again keeps when it began. */
export function hasTouchedMachine({ steps }: Pick<OperationView, 'steps'>): boolean {
  return steps.some(
    ({ name, status, startedAt }) => FELT.includes(name) && status !== 'skipped' && startedAt !== null,
  );
}

function statusOf(name: CustomerStepName, { steps, status }: OperationView): CustomerStep['status'] {
  if (status === 'succeeded') return 'succeeded';
  const parts = steps
    .filter((step) => (PARTS.get(step.name) ?? 'prepare') === name)
    .map((step) => step.status);
  if (parts.includes('failed')) return 'failed';
  if (!parts.includes('running') && !parts.includes('pending')) return 'succeeded';
  const hasBegun = parts.some((part) => part !== 'pending');
  if (!hasBegun) return 'pending';
  return isUnfinished(status) ? 'running' : 'failed';
}
