/** How an instance reaches the registry: through the writer of its shard, never by a socket of its own. */
import type { Env } from '../env.ts';
import { inTime } from '../in-time.ts';
import type { DeliveryAnswer, RegistryDelivery, RegistryLookup, RegistryPort } from '../instance/deps.ts';

/** Registry writers; each holds one Postgres connection. */
export const REGISTRY_WRITER_COUNT = 4;
const DELIVERY_TIMEOUT_MS = 30_000;
/** A caller waits for this one. */
const FIND_TIMEOUT_MS = 10_000;

export const REGISTRY_WRITER_NAMES = Array.from(
  { length: REGISTRY_WRITER_COUNT },
  (_, index) => `writer-${index}`,
);

/** The same instance always goes to the same writer, so that its audit rows keep their order. */
export function writerNameOf(instanceId: string): string {
  return `writer-${Number.parseInt(instanceId.slice(0, 8), 16) % REGISTRY_WRITER_COUNT}`;
}

/** Whose delivery it is; null for one that holds nothing. */
export function instanceOf({ row, audit }: RegistryDelivery): string | null {
  return row?.id ?? audit[0]?.instanceId ?? null;
}

interface RegistryWriterRpc {
  deliver(call: DeliverCall): Promise<DeliveryAnswer>;
  find(call: FindCall): Promise<RegistryLookup>;
}

/** The runtime's own types of a stub go too deep for rows that hold JSON. */
function writerOf(env: Env, instanceId: string): RegistryWriterRpc {
  const stub: unknown = env.REGISTRY_WRITER.getByName(writerNameOf(instanceId));
  return stub as RegistryWriterRpc;
}

/** Never throws: whatever goes wrong is `unavailable`. */
export function registryPort(env: Env): RegistryPort {
  return {
    async deliver(delivery) {
      const instanceId = instanceOf(delivery);
      if (instanceId === null) return { outcome: 'unavailable' };
      const writer = writerOf(env, instanceId);
      try {
        return await inTime(writer.deliver({ v: 1, delivery }), DELIVERY_TIMEOUT_MS, () => UNAVAILABLE);
      } catch {
        // The writer was reset, or is overloaded: whether it wrote is unknown, and repeating is harmless.
        return UNAVAILABLE;
      }
    },
    async find(instanceId) {
      const writer = writerOf(env, instanceId);
      try {
        return await inTime(writer.find({ v: 1, instanceId }), FIND_TIMEOUT_MS, () => NOT_FOUND_OUT);
      } catch {
        return NOT_FOUND_OUT;
      }
    },
  };
}

const UNAVAILABLE: DeliveryAnswer = { outcome: 'unavailable' };
const NOT_FOUND_OUT: RegistryLookup = { kind: 'unavailable' };

export interface DeliverCall {
  readonly v: 1;
  readonly delivery: RegistryDelivery;
}

export interface FindCall {
  readonly v: 1;
  readonly instanceId: string;
}
