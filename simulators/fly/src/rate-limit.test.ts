import { ManualClock } from '@kiloclaw/simulator-kit/testing/manual-clock';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limit.ts';
import { Harness, text } from './testing/harness.ts';

const APP = 'hasty';
const harness = await Harness.start();
afterAll(() => harness.stop());

const limit = (rateLimits: boolean) => harness.control('POST', '/settings', { rateLimits });

beforeEach(async () => {
  await harness.control('POST', '/reset');
  await harness.app(APP);
});

async function machine(): Promise<string> {
  return `/apps/${APP}/machines/${text(await harness.machine(APP), 'id')}`;
}

async function statuses(count: number, method: string, path: string): Promise<number[]> {
  const seen: number[] = [];
  for (let calls = 0; calls < count; calls += 1) seen.push((await harness.api(method, path)).status);
  return seen;
}

const passed = (seen: number[]) => seen.filter((status) => status !== 429).length;

describe('a rate', () => {
  const ROUTE = {
    method: 'POST',
    path: '/v1/apps/{app}/machines',
    handler: () => ({ status: 200 }),
  } as const;

  it('lets no window pass more than its burst and one a second', () => {
    const pausesMs = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pausesMs, (pauses) => {
        const clock = new ManualClock();
        const limiter = new RateLimiter(clock);
        const passedAtMs: number[] = [];
        for (const pauseMs of pauses) {
          clock.move(pauseMs);
          try {
            limiter.take(ROUTE, { params: { app: 'one' } });
            passedAtMs.push(clock.nowMs());
          } catch {
            // One too many: only those that pass are counted.
          }
        }
        for (const [index, fromMs] of passedAtMs.entries()) {
          for (const [later, toMs] of passedAtMs.entries()) {
            const passedWithin = later - index + 1;
            if (later >= index) expect(passedWithin).toBeLessThanOrEqual(3 + (toMs - fromMs) / 1000);
          }
        }
        expect(passedAtMs.length).toBeGreaterThanOrEqual(Math.min(3, pauses.length));
      }),
    );
  });
});

describe('rates of calls', () => {
  it('do not hold unless they are switched on', async () => {
    expect(passed(await statuses(20, 'POST', `${await machine()}/start`))).toBe(20);
  });

  it('are one a second for an action on a target, three at once after a pause', async () => {
    const path = await machine();
    await limit(true);
    expect(await statuses(5, 'POST', `${path}/start`)).toEqual([200, 200, 200, 429, 429]);
    harness.clock.move(1000);
    expect(await statuses(2, 'POST', `${path}/start`)).toEqual([200, 429]);
    harness.clock.move(60_000);
    expect(passed(await statuses(5, 'POST', `${path}/start`))).toBe(3);
  });

  it('count another action and another machine apart', async () => {
    const [path, other] = [await machine(), await machine()];
    await limit(true);
    expect(passed(await statuses(4, 'POST', `${path}/start`))).toBe(3);
    expect(await statuses(1, 'POST', `${other}/start`)).toEqual([200]);
    expect(await statuses(1, 'POST', `${path}/stop`)).toEqual([200]);
  });

  it('are five a second for a read of a machine, ten at once', async () => {
    const path = await machine();
    await limit(true);
    expect(passed(await statuses(12, 'GET', path))).toBe(10);
    harness.clock.move(1000);
    expect(passed(await statuses(7, 'GET', path))).toBe(5);
  });

  it('do not hold back the creation of apps', async () => {
    await limit(true);
    for (let calls = 0; calls < 5; calls += 1) await harness.app(`young-${calls}`);
    expect(passed(await statuses(5, 'GET', '/apps?org_slug=personal'))).toBe(3);
  });

  it('are a hundred a minute for deletions of apps, over all apps', async () => {
    await limit(true);
    const seen: number[] = [];
    for (let calls = 0; calls < 102; calls += 1)
      seen.push(...(await statuses(1, 'DELETE', `/apps/absent-${calls}`)));
    expect(passed(seen)).toBe(100);
  });

  it('refuse without an effect and without Retry-After, and a reset forgets what was counted', async () => {
    const path = await machine();
    await limit(true);
    await statuses(3, 'POST', `${path}/metadata/a`);
    const refused = await harness.api('POST', `${path}/metadata/a`, { value: '1' });
    expect([refused.status, refused.body, refused.headers.get('retry-after')]).toEqual([
      429,
      { error: 'rate limit exceeded' },
      null,
    ]);
    await limit(false);
    expect((await harness.api('GET', `${path}/metadata`)).body).toEqual({});
    await harness.control('POST', '/reset');
    await limit(true);
    expect(passed(await statuses(1, 'POST', `${path}/metadata/a`))).toBe(1);
  });
});
