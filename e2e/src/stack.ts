/** The whole stack as `npm start` runs it, with its demo fleet, and who can sign in to it. */
import { readFile } from 'node:fs/promises';
import {
  AccountsSchema,
  createFlyControl,
  demoTargets,
  type FlyControl,
  makeStackFolder,
  StackProcess,
  type Target,
  untilDemoIsSeeded,
} from '@kiloclaw/dev/testing';
import type { PlatformClient } from '@kiloclaw/platform-contract';
import type { Credentials } from './sign-in.ts';

export interface RunningStack {
  /** Of the console. */
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly dataDir: string;
  /** The platform API with the internal key. */
  readonly client: PlatformClient;
  /** The Fly simulator's control port: faults, and what it really holds. */
  readonly fly: FlyControl;
  readonly admin: Credentials;
  /** Owns demo instances. */
  readonly customer: Credentials & { readonly userId: string };
  /** The demo instances' ids by their owner. */
  readonly demo: ReadonlyMap<string, string>;
  readonly process: StackProcess;
  /** Ends every process of it, and removes its data. */
  stop(): Promise<void>;
}

/** The demo instance of a user, and whose it is. Throws where the fleet has none. */
export function demoTarget({ demo }: Pick<RunningStack, 'demo'>, userId: string): Target {
  const instanceId = demo.get(userId);
  if (instanceId === undefined) throw new Error(`The demo fleet has no instance of ${userId}.`);
  return { userId, instanceId };
}

async function readAccounts(path: string) {
  const { admin, customer } = AccountsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  if (admin === null || customer === null) throw new Error(`${path} names no admin or no customer.`);
  return { admin, customer };
}

/** Starts a stack of its own on free ports; resolves when the demo fleet is there. */
export async function startStack(env: Readonly<Record<string, string>> = {}): Promise<RunningStack> {
  const folder = await makeStackFolder();
  const stack = new StackProcess({ folder, env, args: ['--port', '0'] });
  const stop = async () => {
    await stack.killEverything();
    await folder.remove();
  };
  try {
    const { endpoints, client } = await stack.ready();
    if (endpoints.flySimulator === null) throw new Error('The stack has no Fly simulator.');
    await untilDemoIsSeeded(stack);
    const targets = await demoTargets(folder);
    return {
      webUrl: endpoints.webUrl,
      apiUrl: endpoints.apiUrl,
      dataDir: endpoints.dataDir,
      client,
      fly: createFlyControl(endpoints.flySimulator.controlUrl),
      ...(await readAccounts(endpoints.accountsFile)),
      demo: new Map(targets.map(({ userId, instanceId }) => [userId, instanceId])),
      process: stack,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
