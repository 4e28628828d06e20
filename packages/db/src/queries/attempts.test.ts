import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry, type Registry } from '../client.ts';
import { rateLimits } from '../schema/rate-limits.ts';
import { createTestCluster, type TestCluster } from '../testing.ts';
import { countAttempts, forgetAttempts, giveBackAttempt } from './attempts.ts';

const WINDOW_MS = 60_000;
const AT_ONCE = 20;

let cluster: TestCluster;
let url: string;
let registry: Registry;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  url = (await cluster.createDatabase()).url;
  registry = openRegistry(url);
  return () => registry.close();
});
afterAll(() => cluster?.stop());

const countOf = async (key: string) => (await countAttempts(registry.db, [key], WINDOW_MS))[0];
const letTimePass = (ms: number) =>
  registry.db.execute(`UPDATE rate_limits SET last_request = last_request - ${ms}`);

describe('attempts', () => {
  it('are numbered by key, and the window does not grow with them', async () => {
    const first = await countOf('a');
    const second = await countOf('a');
    expect([first?.count, second?.count, (await countOf('b'))?.count]).toEqual([1, 2, 1]);
    expect(second?.windowEndsAtMs).toBe(first?.windowEndsAtMs);
  });

  it('at several keys are counted at each', async () => {
    await countOf('b');
    const counts = await countAttempts(registry.db, ['a', 'b'], WINDOW_MS);
    expect(counts.map(({ key, count }) => [key, count])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('begin anew when the window is over, not before', async () => {
    await countOf('a');
    await letTimePass(WINDOW_MS / 2);
    expect((await countOf('a'))?.count).toBe(2);
    await letTimePass(WINDOW_MS / 2);
    expect((await countOf('a'))?.count).toBe(1);
  });

  it('made at once over many connections each get a number of their own', async () => {
    const registries = Array.from({ length: AT_ONCE }, () => openRegistry(url));
    const counted = await Promise.all(
      registries.map(({ db }, index) => countAttempts(db, [`account-${index % 2}`, 'ip'], WINDOW_MS)),
    );
    await Promise.all(registries.map((each) => each.close()));
    const atIp = counted.map((counts) => counts.find(({ key }) => key === 'ip')?.count);
    expect(atIp.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: AT_ONCE }, (_, index) => index + 1),
    );
  });

  it('are forgotten, or one of them is given back', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) await countAttempts(registry.db, ['a', 'b'], WINDOW_MS);
    await forgetAttempts(registry.db, 'a');
    await giveBackAttempt(registry.db, 'b');
    expect((await countOf('a'))?.count).toBe(1);
    expect((await countOf('b'))?.count).toBe(3);
  });

  it('leave no rows behind once their window is over', async () => {
    await countOf('a');
    await letTimePass(WINDOW_MS);
    await countOf('b');
    expect((await registry.db.select().from(rateLimits)).map(({ key }) => key)).toEqual(['b']);
  });
});
