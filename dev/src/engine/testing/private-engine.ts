/** A container engine of our own: Debian's, unpacked into a cache folder, with its own socket, data and network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EngineAddress } from '@kiloclaw/control-plane/docker-fetcher';
import { staticBusybox } from '../busybox.ts';
import { unpackDebianPackages } from '../debian-packages.ts';
import { EngineUnavailable } from '../engine-unavailable.ts';
import { engineAnswers } from '../find-engine.ts';

const ENGINE_PACKAGES = ['docker.io', 'containerd', 'runc', 'libdevmapper1.02.1'];
const KEEPER = fileURLToPath(new URL('./keep-engine.sh', import.meta.url));
/** From fast to what works everywhere: overlay2 is refused on some file systems. */
const STORAGE_DRIVERS = ['overlay2', 'vfs'];
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 50;
/** Longer than the keeper's own bound, after which it kills the engine. */
const STOP_TIMEOUT_MS = 30_000;
const MAX_COMPLAINT_CHARS = 500;

export interface PrivateEngine {
  readonly address: EngineAddress;
  /** Ends the engine and removes its containers, volumes, images, network and folders. Repeatable. */
  stop(): Promise<void>;
}

interface Keeper {
  readonly process: ChildProcess;
  /** Ends with what the keeper complained of, or ''. */
  readonly ended: Promise<string>;
}

/** Up to `count` of the CPUs that this process may run on, as taskset takes them. */
async function someCpus(count: number): Promise<string> {
  const status = await readFile('/proc/self/status', 'utf8');
  const allowed = /^Cpus_allowed_list:\s*([0-9,-]+)$/m.exec(status)?.[1] ?? '0';
  const numbers = allowed.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return numbers.slice(0, count).join(',');
}

function startKeeper(root: string, args: readonly string[], cpus: string | null): Keeper {
  const path = [join(root, 'usr/sbin'), join(root, 'usr/bin'), process.env.PATH ?? ''].join(':');
  const libraries = [join(root, 'usr/lib'), join(root, 'lib')].flatMap((folder) => [
    join(folder, 'x86_64-linux-gnu'),
    join(folder, 'aarch64-linux-gnu'),
  ]);
  // In a session of its own, so that Ctrl-C at the terminal reaches us alone, and the keeper through us.
  const [command, ...before] = cpus === null ? ['sh'] : ['taskset', '-c', cpus, 'sh'];
  const keeper = spawn(command, [...before, KEEPER, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, PATH: path, LD_LIBRARY_PATH: libraries.join(':') },
  });
  let complaint = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MAX_COMPLAINT_CHARS);
  });
  return { process: keeper, ended: once(keeper, 'close').then(() => complaint.trim()) };
}

async function stopKeeper(keeper: Keeper): Promise<void> {
  keeper.process.stdin?.end();
  const inTime = await Promise.race([
    keeper.ended.then(() => true),
    sleep(STOP_TIMEOUT_MS, false, { ref: false }),
  ]);
  if (!inTime) throw new Error(`the private container engine (pid ${keeper.process.pid}) does not end`);
}

/** Whether it got ready; else what it complained of. */
async function untilReady(
  keeper: Keeper,
  address: EngineAddress,
): Promise<{ ready: boolean; complaint: string }> {
  let complaint: string | null = null;
  void keeper.ended.then((text) => {
    complaint = text;
  });
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (complaint !== null) return { ready: false, complaint };
    if (await engineAnswers(address)) return { ready: true, complaint: '' };
    await sleep(READY_POLL_MS);
  }
  await stopKeeper(keeper);
  return { ready: false, complaint: `it is not ready after ${READY_TIMEOUT_MS / 1_000} s` };
}

/**
 * Starts an engine that is gone without a trace after `stop`, or when this process ends in any other way.
 * `cpuCount` makes its host look as if it had that many CPUs at most: an engine counts those that it may run on itself.
 * Needs root on Debian; throws EngineUnavailable, in one sentence, where it can't be.
 */
export async function startPrivateEngine({
  cacheDir,
  cpuCount,
}: {
  readonly cacheDir: string;
  readonly cpuCount?: number;
}): Promise<PrivateEngine> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new EngineUnavailable(
      'A private container engine needs root on Debian: start Docker or Podman and set DOCKER_HOST instead.',
    );
  }
  const root = await unpackDebianPackages(cacheDir, ENGINE_PACKAGES);
  const busybox = await staticBusybox(cacheDir);
  const cpus = cpuCount === undefined ? null : await someCpus(cpuCount);
  const complaints: string[] = [];
  for (const storageDriver of STORAGE_DRIVERS) {
    const runFolder = await mkdtemp(join(tmpdir(), 'kiloclaw-engine-'));
    const address = { socketPath: join(runFolder, 'docker.sock') };
    const keeper = startKeeper(root, [runFolder, storageDriver, busybox], cpus);
    const { ready, complaint } = await untilReady(keeper, address);
    if (ready) return { address, stop: () => stopKeeper(keeper) };
    complaints.push(`${storageDriver}: ${complaint}`);
  }
  throw new EngineUnavailable(`The private container engine did not start (${complaints.join('; ')}).`);
}
