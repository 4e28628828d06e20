/**
 * One install at a time per checkout: a file that holds the process ids of who installs. It lies outside of
 * node_modules, which the install empties.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_TIMEOUT_MS = 20 * 60_000;
const POLL_INTERVAL_MS = 200;

/** A lock file without a process id this long after its creation belongs to a process that died between the two. */
const UNWRITTEN_LOCK_MS = 5_000;

/** Taking over is a handful of file calls; a guard this old was left by a crash among them. */
const ABANDONED_GUARD_MS = 10_000;

function createExclusively(file, content) {
  let descriptor;
  try {
    descriptor = openSync(file, 'wx');
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(descriptor, content);
  closeSync(descriptor);
  return true;
}

function ageMs(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readHolders(file) {
  try {
    return readFileSync(file, 'utf8').split(/\s+/).filter(Boolean).map(Number);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isStale(file) {
  const holders = readHolders(file);
  if (holders === undefined) return false;
  if (holders.length === 0) return ageMs(file) > UNWRITTEN_LOCK_MS;
  return !holders.some(isAlive);
}

/**
 * Removes a dead holder's lock. Two waiters may see the same dead holder; without the guard the slower one would
 * remove the lock that the faster one has just made for itself.
 */
function removeStaleLock(file) {
  const guard = `${file}.takeover`;
  if (!createExclusively(guard, String(process.pid))) {
    if (ageMs(guard) > ABANDONED_GUARD_MS) rmSync(guard, { force: true });
    return;
  }
  try {
    if (isStale(file)) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * Runs `work` while holding the checkout's install lock. `work` gets a function that adds a child's process id,
 * so that the lock stays held by a child which outlives us.
 */
export async function withInstallLock(root, work) {
  const folder = join(root, '.cache');
  const file = join(folder, 'install.lock');
  mkdirSync(folder, { recursive: true });
  const deadline = Date.now() + WAIT_TIMEOUT_MS;
  let announced = false;
  while (!createExclusively(file, String(process.pid))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another install holds ${file} (process ${readHolders(file)}); end it, or remove that file.`,
      );
    }
    if (isStale(file)) {
      removeStaleLock(file);
      continue;
    }
    if (!announced) process.stderr.write('Waiting for another install in this folder.\n');
    announced = true;
    await sleep(POLL_INTERVAL_MS);
  }
  try {
    return await work((childPid) => writeFileSync(file, `${process.pid} ${childPid}`));
  } finally {
    rmSync(file, { force: true });
  }
}
