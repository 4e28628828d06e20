/** How often an instance is asked for its state. Pure. */
import type { DebugView, InstanceStatus, OperationStatus } from '@kiloclaw/platform-contract';

export const QUICK_MS = 1_000;
export const CALM_MS = 10_000;
/** What takes longer than this is not watched by the second any more. */
export const QUICK_FOR_MS = 15 * 60_000;

const ENDS_BY_ITSELF: readonly InstanceStatus[] = ['provisioning', 'destroying'];

type Polled = Pick<DebugView, 'status' | 'operation' | 'registry'>;

/** Whether something is under way that will be another way in a moment. */
export function isInTransition({ status, operation }: Pick<Polled, 'status' | 'operation'>): boolean {
  return operation !== null || ENDS_BY_ITSELF.includes(status);
}

/** ms until the next look; false for what never changes again. `view` is undefined while nothing is known. */
export function pollIntervalMs(view: Polled | undefined, nowMs: number): number | false {
  if (view === undefined) return CALM_MS;
  if (!isInTransition(view)) return view.status === 'destroyed' ? false : CALM_MS;
  const since = Date.parse(view.operation?.startedAt ?? view.registry.updatedAt);
  return nowMs - since < QUICK_FOR_MS ? QUICK_MS : CALM_MS;
}

/** The same for one operation; false once it has ended. */
export function operationPollMs(
  operation: { readonly status: OperationStatus; readonly startedAt: string } | undefined,
  nowMs: number,
): number | false {
  if (operation === undefined) return QUICK_MS;
  if (operation.status === 'stuck') return CALM_MS;
  if (operation.status !== 'running') return false;
  return nowMs - Date.parse(operation.startedAt) < QUICK_FOR_MS ? QUICK_MS : CALM_MS;
}
