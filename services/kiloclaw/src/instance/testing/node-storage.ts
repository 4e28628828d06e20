/** The core's storage over Node's own SQLite: what is stored outlives the process that a test kills. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { InstanceStorage, SqlValue } from '../storage/instance-storage.ts';

/** What a killed process gets from its storage: it reads and writes nothing any more. */
export class ProcessKilled extends Error {
  override readonly name = 'ProcessKilled';
}

export class NodeStorage {
  alarmAt: number | null = null;
  rowsWritten = 0;
  alarmsSet = 0;
  /** Segments that were committed, whoever committed them. */
  segments = 0;
  private readonly database = new DatabaseSync(':memory:');
  private readonly statements = new Map<string, StatementSync>();
  private depth = 0;
  private owner = 0;
  private killAtSegment = Number.POSITIVE_INFINITY;

  /** The storage as one process sees it; the process before it is dead from here on. */
  open(): InstanceStorage {
    this.owner += 1;
    this.killAtSegment = Number.POSITIVE_INFINITY;
    const owner = this.owner;
    const guarded = <Value>(work: () => Value): Value => {
      if (owner !== this.owner) throw new ProcessKilled('this process was killed');
      return work();
    };
    return {
      exec: <Row extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]) =>
        guarded(() => this.exec<Row>(query, bindings)),
      transaction: (segment) => guarded(() => this.transaction(segment)),
      getAlarm: async () => guarded(() => this.alarmAt),
      setAlarm: (atMs) =>
        guarded(() => {
          this.alarmAt = atMs;
          this.alarmsSet += 1;
        }),
    };
  }

  /** Kills the process after so many more segments. What it does without awaiting anything still commits, as on the runtime. */
  killAfterSegments(count: number): void {
    this.killAtSegment = this.segments + count;
  }

  private kill(): void {
    this.owner += 1;
  }

  private exec<Row extends Record<string, SqlValue>>(query: string, bindings: SqlValue[]): Row[] {
    const statement = this.statements.get(query) ?? this.database.prepare(query);
    this.statements.set(query, statement);
    if (/^\s*(SELECT|CREATE)/i.test(query)) return statement.all(...bindings) as Row[];
    this.rowsWritten += Number(statement.run(...bindings).changes);
    return [];
  }

  private transaction<Value>(segment: () => Value): Value {
    if (this.depth > 0) return segment();
    this.database.exec('BEGIN');
    this.depth += 1;
    try {
      const value = segment();
      this.database.exec('COMMIT');
      this.segments += 1;
      if (this.segments === this.killAtSegment) queueMicrotask(() => this.kill());
      return value;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    } finally {
      this.depth -= 1;
    }
  }
}
