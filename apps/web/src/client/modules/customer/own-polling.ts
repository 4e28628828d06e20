/** How often a customer's page asks for its instance. Pure. */
import type { CustomerInstance } from '../../../server/views/customer-view.ts';
import { CALM_MS, QUICK_FOR_MS, QUICK_MS } from '../instances/polling.ts';

const MOVES_BY_ITSELF: readonly CustomerInstance['status'][] = ['provisioning', 'destroying'];

type Polled = Pick<CustomerInstance, 'status' | 'operation' | 'createdAt'>;

/** ms until the next look; false for what never changes again. `instance` is undefined while nothing is known. */
export function ownPollMs(instance: Polled | undefined, nowMs: number): number | false {
  if (instance === undefined) return CALM_MS;
  const { status, operation, createdAt } = instance;
  if (operation === null && !MOVES_BY_ITSELF.includes(status))
    return status === 'destroyed' ? false : CALM_MS;
  const sinceMs = Date.parse(operation?.startedAt ?? createdAt);
  return nowMs - sinceMs < QUICK_FOR_MS ? QUICK_MS : CALM_MS;
}
