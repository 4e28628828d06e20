/** The objects' storage, one SQLite file each, copied while the runtime goes on writing. */
import { glob, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';

/** The runtime's own cache is left out. */
const PATTERN = 'do/**/*.sqlite';
const BUSY_TIMEOUT_MS = 10_000;
const SEALED = /"v1\.([A-Za-z0-9_-]+)\.[A-Za-z0-9+/=]+\.[A-Za-z0-9+/=]+"/g;
const FLEET_ID = /"fleetId":"([0-9a-f-]{36})"/;

const RecordsSchema = z.array(z.object({ schema_version: z.number(), state: z.string() }));

export interface CopiedObjects {
  readonly instances: number;
  readonly stateVersion: number;
  readonly keyIds: readonly string[];
  /** Those that the records say they belong to. */
  readonly fleetIds: readonly string[];
}

/**
 * Copies every object: each as of one moment, and whole, since the copy is one read of a database in WAL mode. Two
 * objects are not of the same moment, and need not be: each is an authority of its own. Throws where one is damaged.
 */
export async function copyObjects(from: string, to: string): Promise<CopiedObjects> {
  const keyIds = new Set<string>();
  const fleetIds = new Set<string>();
  let instances = 0;
  let stateVersion = 0;
  for await (const file of glob(PATTERN, { cwd: from })) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    copyDatabase(join(from, file), join(to, file));
    for (const { schema_version, state } of recordsOf(join(to, file))) {
      instances += 1;
      stateVersion = Math.max(stateVersion, schema_version);
      for (const [, keyId = ''] of state.matchAll(SEALED)) keyIds.add(keyId);
      const [, fleetId] = FLEET_ID.exec(state) ?? [];
      if (fleetId !== undefined) fleetIds.add(fleetId);
    }
    // Each copy is synchronous: between two, signals are heard.
    await breathe();
  }
  return { instances, stateVersion, keyIds: [...keyIds].sort(), fleetIds: [...fleetIds].sort() };
}

/** Only reads the original: a copy of the file itself would lack what stands in its write-ahead log. */
function copyDatabase(from: string, to: string): void {
  const database = new DatabaseSync(from, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
  } finally {
    database.close();
  }
}

/** The record of an instance, where the file is an instance's; throws where the file is damaged. */
function recordsOf(file: string): z.infer<typeof RecordsSchema> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const [check] = database.prepare('PRAGMA quick_check').all();
    if (check?.quick_check !== 'ok') throw new Error(`The object in ${file} is damaged.`);
    const found = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'record'")
      .all();
    if (found.length === 0) return [];
    return RecordsSchema.parse(database.prepare('SELECT schema_version, state FROM record').all());
  } finally {
    database.close();
  }
}
