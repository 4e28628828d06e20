/** How a change is asked of the control plane: named after who asks, done once, answered while it still runs. */
import {
  type CallOptions,
  type OperationAnswer,
  OperationAnswerSchema,
  type Plan,
  PlanAnswerSchema,
} from '@kiloclaw/platform-contract';
import type { Viewer } from '../auth/viewer.ts';

interface Asking {
  readonly requestId: string;
  readonly user: Viewer;
}

/** Pages watch the operation themselves. */
const WAIT_S = 0;

export function changeOptions(requestId: string, idempotencyKey: string): CallOptions {
  return { requestId, idempotencyKey, waitS: WAIT_S };
}

export function adminActor({ user }: Asking) {
  return { kind: 'admin' as const, id: user.userId };
}

export function customerActor({ user }: Asking) {
  return { kind: 'customer' as const, id: user.userId };
}

/** The operation in the answer of a change that was not a dry run. */
export function operationIn(body: unknown): OperationAnswer {
  return OperationAnswerSchema.parse(body);
}

/** The plan in the answer of a dry run. */
export function planIn(body: unknown): Plan {
  return PlanAnswerSchema.parse(body).plan;
}
