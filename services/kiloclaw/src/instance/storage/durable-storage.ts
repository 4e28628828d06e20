/** The core's storage on a Durable Object. */
import type { InstanceStorage, SqlValue } from './instance-storage.ts';

export function durableStorage(storage: DurableObjectStorage): InstanceStorage {
  return {
    exec<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Row[] {
      return storage.sql.exec<Row>(query, ...bindings).toArray();
    },
    transaction: (segment) => storage.transactionSync(segment),
    getAlarm: () => storage.getAlarm(),
    // Not awaited on purpose: it is part of the commit of the writes before it; the output gate reports a failure.
    setAlarm(atMs) {
      void (atMs === null ? storage.deleteAlarm() : storage.setAlarm(atMs));
    },
  };
}
