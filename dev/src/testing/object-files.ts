/** The objects of a stack that has ended, as they lie on disk: faults are planted in them behind everybody's back. */
import { glob, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Target } from './fleet.ts';

const FILES = 'objects/do/*InstanceObject/*.sqlite';
/** Where the runtime keeps an object's alarm. */
const ALARM_KEY = 1;

/** Works on the file of one instance. Throws where there is none. */
async function withObject(
  dataDir: string,
  { instanceId }: Target,
  work: (database: DatabaseSync) => void,
): Promise<string> {
  for await (const name of glob(FILES, { cwd: dataDir })) {
    const file = join(dataDir, name);
    const database = new DatabaseSync(file);
    try {
      if (!isOf(database, instanceId)) continue;
      work(database);
      return file;
    } finally {
      database.close();
    }
  }
  throw new Error(`No object of ${instanceId} lies in ${dataDir}.`);
}

function isOf(database: DatabaseSync, instanceId: string): boolean {
  // The runtime's own database lies beside those of the objects.
  if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'record'").get() === undefined) return false;
  const mine = "SELECT 1 FROM record WHERE json_extract(state, '$.instanceId') = ?";
  return database.prepare(mine).get(instanceId) !== undefined;
}

/** The object has no alarm any more. */
export async function deleteAlarm(dataDir: string, target: Target): Promise<void> {
  await withObject(dataDir, target, (database) => {
    const { changes } = database.prepare('DELETE FROM _cf_METADATA WHERE key = ?').run(ALARM_KEY);
    if (changes !== 1) throw new Error(`${target.instanceId} has no alarm that could be deleted.`);
  });
}

/** The operation under way is stuck, and not tried again for so long. */
export async function makeStuck(dataDir: string, target: Target, forMs: number): Promise<void> {
  await withObject(dataDir, target, (database) => {
    const { changes } = database
      .prepare(
        `UPDATE operations SET status = 'stuck',
           body = json_set(body, '$.status', 'stuck', '$.nextAttemptAt', ?) WHERE status = 'running'`,
      )
      .run(Date.now() + forMs);
    if (changes !== 1) throw new Error(`${target.instanceId} has no operation under way.`);
  });
}

/** The object has lost all that it had. */
export async function deleteObject(dataDir: string, target: Target): Promise<void> {
  const file = await withObject(dataDir, target, () => undefined);
  for (const path of [file, `${file}-wal`, `${file}-shm`]) await rm(path, { force: true });
}
