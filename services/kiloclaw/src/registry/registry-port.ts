/** How an instance reaches the registry: through the writer of its shard, never by a socket of its own. */
import type { Env } from '../env.ts';
import type { DeliveryAnswer, RegistryDelivery, RegistryPort } from '../instance/deps.ts';

/** Registry writers; each holds one Postgres connection. */
export const REGISTRY_WRITER_COUNT = 4;
const DELIVERY_TIMEOUT_MS = 30_000;

/** The same instance always goes to the same writer, so that its audit rows keep their order. */
export function writerNameOf(instanceId: string): string {
  return `writer-${Number.parseInt(instanceId.slice(0, 8), 16) % REGISTRY_WRITER_COUNT}`;
}

export function registryPort(env: Env): RegistryPort {
  return {
    async deliver(delivery) {
      const instanceId = delivery.row?.id ?? delivery.audit[0]?.instanceId;
      if (instanceId === undefined || instanceId === null) return { outcome: 'unavailable' };
      const writer = env.REGISTRY_WRITER.getByName(writerNameOf(instanceId));
      try {
        return await Promise.race([writer.deliver({ v: 1, delivery }), late()]);
      } catch {
        // The writer was reset, or is overloaded: whether it wrote is unknown, and repeating is harmless.
        return { outcome: 'unavailable' };
      }
    },
  };
}

function late(): Promise<DeliveryAnswer> {
  return new Promise((resolve) => setTimeout(() => resolve({ outcome: 'unavailable' }), DELIVERY_TIMEOUT_MS));
}

export interface DeliverCall {
  readonly v: 1;
  readonly delivery: RegistryDelivery;
}
