/** Fetches Debian packages into a folder of our own: nothing is installed, and apt's own lists stay as they are. */
import { execFile } from 'node:child_process';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EngineUnavailable } from './engine-unavailable.ts';
import { withFileLock } from './file-lock.ts';

const FETCH_TIMEOUT_MS = 300_000;
const run = promisify(execFile);

const NEEDED_TOOLS = ['apt-get', 'dpkg', 'flock'];

async function toolExists(tool: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(':');
  const found = await Promise.all(folders.map((folder) => exists(join(folder, tool))));
  return found.includes(true);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function hasNeededTools(): Promise<boolean> {
  const found = await Promise.all(NEEDED_TOOLS.map(toolExists));
  return process.platform === 'linux' && !found.includes(false);
}

async function fetchInto(work: string, packages: readonly string[]): Promise<void> {
  const lists = join(work, 'lists');
  const archives = join(work, 'archives');
  const root = join(work, 'root');
  await rm(work, { recursive: true, force: true });
  for (const folder of [join(lists, 'partial'), archives, root]) await mkdir(folder, { recursive: true });

  const ours = ['-q', '-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${join(work, 'cache')}`];
  // apt drops to the user `_apt`, who may not write here.
  const apt = [...ours, '-o', 'APT::Sandbox::User=root'];
  const options = { cwd: archives, timeout: FETCH_TIMEOUT_MS, env: { ...process.env, LC_ALL: 'C' } };
  await run('apt-get', [...apt, 'update'], options);
  await run('apt-get', [...apt, 'download', ...packages], options);
  for (const archive of await readdir(archives)) await run('dpkg', ['-x', archive, root], options);
}

function lastLineOf(error: unknown): string {
  const told = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return told.trim().split('\n').at(-1) ?? '';
}

/**
 * A folder that holds the unpacked packages (`usr/bin/…`), fetched on the first call and kept in `cacheDir`.
 * Callers in other processes wait for the one that fetches.
 */
export async function unpackDebianPackages(cacheDir: string, packages: readonly string[]): Promise<string> {
  const name = packages.join('+');
  const kept = join(cacheDir, name);
  if (await exists(kept)) return kept;
  if (!(await hasNeededTools())) {
    throw new EngineUnavailable(
      `Debian's packages can't be fetched here: ${NEEDED_TOOLS.join(', ')} are needed.`,
    );
  }
  await mkdir(cacheDir, { recursive: true });
  return withFileLock(join(cacheDir, `${name}.lock`), FETCH_TIMEOUT_MS, async () => {
    if (await exists(kept)) return kept;
    const work = `${kept}.part`;
    try {
      await fetchInto(work, packages);
      // Only whole folders ever get the final name: a fetch that is killed leaves no half of one.
      await rename(join(work, 'root'), kept);
    } catch (error) {
      throw new EngineUnavailable(
        `Debian's packages ${packages.join(', ')} can't be fetched: ${lastLineOf(error)}`,
        {
          cause: error,
        },
      );
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return kept;
  });
}
