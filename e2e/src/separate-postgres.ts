/** A Postgres outside of the stack, to be named in DATABASE_URL, so that it can be stopped and the stack goes on. */
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import { type Outage, pauseProcess } from './bad-weather.ts';

export interface SeparatePostgres {
  readonly url: string;
  /** Takes connections and queries, and answers none, until that is ended. */
  pause(): Promise<Outage>;
  /** Refuses connections from now on. */
  stop(): Promise<void>;
  /** Comes back at the same address with the same data. */
  start(): Promise<void>;
  /** Stops it for good and removes its data. */
  remove(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function startSeparatePostgres(): Promise<SeparatePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'kiloclaw registry-'));
  // Such a folder is private, and as root Postgres runs as somebody else.
  await chmod(folder, 0o755);
  const dataDir = join(folder, 'registry');
  const port = await freePort();
  const open = () => startEmbeddedPostgres({ dataDir, port });
  let running = await open();
  return {
    url: running.url,
    pause: () => pauseProcess(running.pid),
    stop: () => running.stop(),
    start: async () => {
      running = await open();
    },
    remove: async () => {
      await running.stop();
      await removeEmbeddedPostgres(dataDir);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
