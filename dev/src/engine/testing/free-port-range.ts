/** Ports in a row on which nothing listens: a range for machines of a test that runs beside other copies of itself. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Between the range of the other tests' machines and the ports that a host gives away by itself. */
const FIRST = 29_000;
const LAST = 31_999;
const TRIES = 100;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  const wasFree = await listening;
  server.close();
  return wasFree;
}

export async function freePortRange(count: number): Promise<{ first: number; last: number }> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const first = randomInt(FIRST, LAST - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return { first, last: first + count - 1 };
  }
  throw new Error(`No ${count} ports in a row are free between ${FIRST} and ${LAST}.`);
}
