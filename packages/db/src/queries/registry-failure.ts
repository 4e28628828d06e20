/**
 * Postgres can't be asked now, or could not say how it ended. Try again later: everything that is
 * delivered may be delivered twice.
 */
export class RegistryUnavailable extends Error {
  override readonly name = 'RegistryUnavailable';
  /** SQLSTATE or system error code, such as `ECONNREFUSED`; null where there was none. */
  readonly code: string | null;

  constructor(reason: string, code: string | null, cause?: Error) {
    super(`The registry is unavailable (${reason}).`, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

export type Failure =
  | { readonly kind: 'permanent'; readonly sqlState: string; readonly constraint: string | null }
  | { readonly kind: 'unavailable'; readonly error: RegistryUnavailable };

/**
 * What will be refused again however often it is tried: 22 bad data, 23 a constraint, 54000 a value too
 * large to store or index. Not class 42 (no such table, no rights): that is a registry not migrated or
 * not granted yet, and passes without any change to the data.
 */
const PERMANENT_SQL_STATE = /^(22...|23...|54000)$/;
const CAUSE_DEPTH_MAX = 5;

/** Sorts an error of the driver. What it keeps holds no values: neither parameters nor Postgres's detail line. */
export function classifyFailure(error: unknown): Failure {
  const root = rootCause(error);
  const code = stringField(root, 'code');
  if (code !== null && PERMANENT_SQL_STATE.test(code)) {
    return { kind: 'permanent', sqlState: code, constraint: stringField(root, 'constraint_name') };
  }
  const reason = code ?? (root instanceof Error ? root.name : 'unknown error');
  const cause = new Error(reason);
  if (root instanceof Error) cause.name = root.name;
  return { kind: 'unavailable', error: new RegistryUnavailable(reason, code, cause) };
}

/**
 * Runs a question to the registry. Throws `RegistryUnavailable`, or for what Postgres refuses an error with no more
 * than its SQLSTATE: Drizzle's own holds the query's parameters, addresses among them.
 */
export async function answered<Answer>(ask: () => PromiseLike<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const failure = classifyFailure(error);
    if (failure.kind === 'unavailable') throw failure.error;
    throw new Error(`The registry refuses this question (SQLSTATE ${failure.sqlState}).`);
  }
}

/** Drizzle wraps the driver's error in one whose message holds the query and its parameters. */
function rootCause(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < CAUSE_DEPTH_MAX; depth += 1) {
    if (!(current instanceof Error) || !(current.cause instanceof Error)) break;
    current = current.cause;
  }
  return current;
}

function stringField(value: unknown, field: 'code' | 'constraint_name'): string | null {
  if (!(value instanceof Error) || !(field in value)) return null;
  const found: unknown = Reflect.get(value, field);
  return typeof found === 'string' ? found : null;
}
