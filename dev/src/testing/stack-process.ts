/** The real stack in a process of its own, as `npm start` runs it, to be watched, interrupted and killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { removeEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { createPlatformClient, type PlatformClient } from '@kiloclaw/platform-contract';
import { type Endpoints, EndpointsSchema } from '../endpoints.ts';
import { checkedFetch } from './checked-fetch.ts';
import { killTree, livingProcesses } from './process-tree.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const MARKER_VARIABLE = 'KILOCLAW_TEST_STACK';
const READY_TIMEOUT_MS = 90_000;
const EXIT_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
/** Nothing answers there: tests that want docker-local name an engine themselves. */
const NO_ENGINE = 'unix:///nonexistent/docker.sock';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export interface StackFolder {
  readonly dataDir: string;
  /** Also the stack's home. */
  readonly home: string;
  remove(): Promise<void>;
}

/** A folder for one stack's data, in `parent`; its name holds a space, as people's folders do. */
export async function makeStackFolder(owner?: Identity, parent = tmpdir()): Promise<StackFolder> {
  const home = await mkdtemp(join(parent, 'kiloclaw stack-'));
  // Such a folder is private, and as root Postgres runs as somebody else.
  await chmod(home, 0o755);
  if (owner !== undefined) await chown(home, owner.uid, owner.gid);
  const dataDir = join(home, 'data');
  return {
    dataDir,
    home,
    remove: async () => {
      await removeEmbeddedPostgres(join(dataDir, 'postgres'));
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface StackLaunch {
  readonly folder: StackFolder;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly identity?: Identity;
  /** Of another checkout, which may be of another release; else this one. */
  readonly checkout?: string;
}

export interface ReadyStack {
  readonly endpoints: Endpoints;
  readonly apiKey: string;
  readonly client: PlatformClient;
}

export class StackProcess {
  readonly #child: ChildProcess;
  readonly #marker: string;
  readonly #dataDir: string;
  readonly #exited: Promise<number | null>;
  #hasExited = false;
  #output = '';

  constructor({ folder, env = {}, args = ['--no-demo', '--port', '0'], identity, checkout }: StackLaunch) {
    const mark = randomUUID();
    this.#marker = `${MARKER_VARIABLE}=${mark}`;
    this.#dataDir = folder.dataDir;
    const main = checkout === undefined ? MAIN : join(checkout, 'dev/src/main.ts');
    this.#child = spawn(process.execPath, [main, '--data-dir', folder.dataDir, ...args], {
      ...identity,
      // A group of its own: what is sent to it must not reach the tests.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: folder.home,
        // What a killed runtime leaves behind goes with the folder.
        TMPDIR: folder.home,
        DOCKER_HOST: NO_ENGINE,
        [MARKER_VARIABLE]: mark,
        ...env,
      },
    });
    const hear = (chunk: Buffer) => {
      this.#output += chunk.toString();
    };
    this.#child.stdout?.on('data', hear);
    this.#child.stderr?.on('data', hear);
    this.#exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      // 'close' comes after the last output; what keeps the pipes open has outlived its launcher.
      this.#child.once('exit', (code) => {
        this.#hasExited = true;
        resolve(code);
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The stack could not be spawned.');
    return this.#child.pid;
  }

  /** Everything that it wrote to the terminal so far. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it says that it is ready and /readyz agrees. */
  async ready(): Promise<ReadyStack> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (this.#hasExited) throw new Error(`The stack ended instead of becoming ready:\n${this.#output}`);
      const endpoints = await this.#readEndpoints();
      if (endpoints !== null && (await fetch(`${endpoints.apiUrl}/readyz`).catch(() => null))?.ok) {
        const apiKey = await readFile(endpoints.apiKeyFile, 'utf8');
        const client = createPlatformClient({ baseUrl: endpoints.apiUrl, apiKey, fetch: checkedFetch });
        return { endpoints, apiKey, client };
      }
      await delay(POLL_MS);
    }
    throw new Error(`The stack was not ready within ${READY_TIMEOUT_MS} ms:\n${this.#output}`);
  }

  async #readEndpoints(): Promise<Endpoints | null> {
    const text = await readFile(join(this.#dataDir, 'endpoints.json'), 'utf8').catch(() => null);
    const endpoints = text === null ? null : EndpointsSchema.parse(JSON.parse(text));
    // A killed run leaves its file behind.
    return endpoints?.pid === this.pid ? endpoints : null;
  }

  /** The exit code; null where a signal ended it. */
  async exit(): Promise<number | null> {
    const limit = delay(EXIT_TIMEOUT_MS, 'late' as const, { ref: false });
    const outcome = await Promise.race([this.#exited, limit]);
    if (outcome === 'late')
      throw new Error(`The stack did not end within ${EXIT_TIMEOUT_MS} ms:\n${this.#output}`);
    // What it wrote last may still be in the pipe.
    await delay(POLL_MS);
    return outcome;
  }

  /** Ctrl-C as a terminal sends it: to every process of the group. */
  pressCtrlC(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** Presses Ctrl-C and resolves with the exit code. */
  interrupt(): Promise<number | null> {
    this.pressCtrlC();
    return this.exit();
  }

  /** Every living process of it: launcher, workerd, Postgres. */
  processes(): Promise<number[]> {
    return livingProcesses([this.pid], this.#marker);
  }

  /** SIGKILL to all of it at once, as a power cut would; nothing gets to say goodbye. */
  async killEverything(): Promise<void> {
    await killTree(this.pid, this.#marker);
    await this.#exited;
  }
}
