/** Where things are kept that can be made again: beside the checkout if possible, since every data folder can use them. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './flags.ts';
import { codeOf } from './start-error.ts';

const UNUSED_KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** `.cache/<name>` of the checkout; where that can't be written, `<dataCache>/<name>`. */
export async function cacheFolder(name: string, dataCache: string): Promise<string> {
  const shared = join(REPOSITORY_ROOT, '.cache', name);
  const probe = join(shared, `probe-${randomUUID()}`);
  try {
    await mkdir(shared, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    return shared;
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
    const own = join(dataCache, name);
    await mkdir(own, { recursive: true });
    return own;
  }
}

/** Removes what was made more than a week ago: results of sources that have changed since, and what a kill left half-made. */
export async function dropOldEntries(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const madeAt = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - madeAt > UNUSED_KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}
