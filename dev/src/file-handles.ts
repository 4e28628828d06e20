/** How many instances the limit on open files allows: each loaded object holds files of its own. */
import { readFile } from 'node:fs/promises';
import { StartError } from './start-error.ts';

const LIMIT_MIN = 1024;
/** Measured on workerd: 3 at rest, 5 during an alarm that fetches. */
const HANDLES_PER_OBJECT = 5;
/** What the runtime, the Worker's own services and the connections of clients take. */
const HANDLES_RESERVED = 256;

/** The soft limit in the text of `/proc/self/limits`; null where it is unlimited or not told. */
export function openFilesLimit(limits: string): number | null {
  const soft = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
  return soft === undefined ? null : Number(soft);
}

/** How many objects may be awake at once, or null for no bound. Throws `StartError` where the limit is too low to begin. */
export function objectsAllowed(limit: number | null): number | null {
  if (limit === null) return null;
  if (limit < LIMIT_MIN) {
    throw new StartError(
      `Only ${limit} open files are allowed here, and KiloClaw needs ${LIMIT_MIN} or more: raise the limit with "ulimit -n 65536".`,
    );
  }
  return Math.floor((limit - HANDLES_RESERVED) / HANDLES_PER_OBJECT);
}

/** Looks at this process's own limit, which workerd inherits. Null on systems that don't tell it. */
export async function ownOpenFilesLimit(): Promise<number | null> {
  return openFilesLimit(await readFile('/proc/self/limits', 'utf8').catch(() => ''));
}
