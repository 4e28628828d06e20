/** What the core asks of its storage: synchronous SQL, all-or-nothing segments, and one alarm. */
export type SqlValue = string | number | null;

export interface InstanceStorage {
  exec<Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Row[];
  /** One synchronous segment: all of its writes, or, when it throws, none. */
  transaction<Value>(segment: () => Value): Value;
  getAlarm(): Promise<number | null>;
  /** Commits together with the writes before it, as long as nothing is awaited in between. */
  setAlarm(atMs: number | null): void;
}
