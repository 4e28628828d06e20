/** Lent hardware as SQL: numbers out of a stored size, and null where it can't be read. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** CPUs and RAM that are lent. `billed…` are what the instances have of their own, where it is known. */
export type LentHardware = {
  readonly cpus: number;
  readonly memoryGb: number;
  /** Lent beyond what is billed: of those whose own size is known. */
  readonly extraCpus: number;
  readonly extraMemoryGb: number;
};

export const MB_PER_GB = 1_024;

/** A field of a JSON machine size as an integer: `cpus` or `memory_mb`. */
export function sizeField(machineSize: SQLWrapper, field: 'cpus' | 'memory_mb'): SQL {
  const name = sql.raw(`'${field}'`);
  return sql`CASE WHEN jsonb_typeof(${machineSize} -> ${name}) = 'number' THEN (${machineSize} ->> ${name})::float8 END`;
}

/**
 * An RFC 3339 text as a time; null where there is none, or none that can be read.
 */
export function instantOf(text: SQLWrapper): SQL {
  return sql`CASE WHEN ${text} ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$' THEN (${text})::timestamptz END`;
}
