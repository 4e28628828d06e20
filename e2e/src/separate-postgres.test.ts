import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startSeparatePostgres } from './separate-postgres.ts';

const MINUTE_MS = 60_000;

/** Whether anybody listens there. */
function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

it(
  'is away while stopped, and comes back at the same address',
  async () => {
    const postgres = await startSeparatePostgres();
    onTestFinished(() => postgres.remove());
    expect(await answers(postgres.url)).toBe(true);
    await postgres.stop();
    expect(await answers(postgres.url)).toBe(false);
    await postgres.start();
    expect(await answers(postgres.url)).toBe(true);
  },
  MINUTE_MS,
);
