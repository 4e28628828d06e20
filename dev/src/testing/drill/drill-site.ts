/** Where a drill takes place: a provider of its own that outlives every loss, and the stack as it is really started. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { removeEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { startFlySimulator } from '@kiloclaw/fly-simulator';
import { createFlyControl, type FlyControl } from '../fly-control.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from '../stack-process.ts';

const FLY_TOKEN = 'token-of-the-drill-simulator';
const IMAGE = 'kiloclaw-demo:latest';
const COMMAND_TIMEOUT_MS = 120_000;
const command = (name: string) => fileURLToPath(new URL(`../../backup/${name}-main.ts`, import.meta.url));

export interface DrillSite {
  readonly control: FlyControl;
  readonly folder: StackFolder;
  readonly backupFile: string;
  start(): Promise<ReadyStack>;
  /** `npm run backup`, beside the stack. */
  backUp(): Promise<void>;
  /** The power fails, and everything is gone: processes, objects, database, secrets. */
  loseEverything(): Promise<void>;
  /** `npm run restore`, with further flags. */
  restore(flags?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openDrillSite(): Promise<DrillSite> {
  const folder = await makeStackFolder();
  const simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir: join(folder.home, 'fly'),
    token: FLY_TOKEN,
  });
  const env = { FLY_API_TOKEN: FLY_TOKEN, FLY_API_BASE_URL: simulator.url, KILOCLAW_DEFAULT_IMAGE: IMAGE };
  const backupFile = join(folder.home, 'backup');
  let stack: StackProcess | null = null;
  const kill = async () => {
    await stack?.killEverything();
    stack = null;
  };
  const run = async (name: string, args: readonly string[]) => {
    const all = [command(name), '--data-dir', folder.dataDir, ...args];
    await promisify(execFile)(process.execPath, all, {
      timeout: COMMAND_TIMEOUT_MS,
      env: { PATH: process.env.PATH, HOME: folder.home },
    });
  };
  return {
    control: createFlyControl(simulator.controlUrl),
    folder,
    backupFile,
    start: () => {
      stack = new StackProcess({ folder, env });
      return stack.ready();
    },
    backUp: () => run('backup', ['--to', backupFile]),
    loseEverything: async () => {
      await kill();
      await removeEmbeddedPostgres(join(folder.dataDir, 'postgres'));
      await rm(folder.dataDir, { recursive: true, force: true });
    },
    restore: (flags = []) => run('restore', ['--from', backupFile, ...flags]),
    close: async () => {
      await kill();
      await simulator.close();
      await folder.remove();
    },
  };
}
