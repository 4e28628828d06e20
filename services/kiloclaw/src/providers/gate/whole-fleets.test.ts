/** Whole fleets over hours and days: what arrives at the provider keeps to what it publishes, and nobody waits for looks. */
import { describe, expect, it } from 'vitest';
import { accepted, type TestInstance } from '../../instance/testing/test-instance.ts';
import { flyActionRate } from './rates.ts';
import { SimulatedAccount } from './testing/simulated-account.ts';
import { SimulatedFleet } from './testing/simulated-fleet.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const TIMEOUT_MS = 240 * SECOND_MS;

function pick<Item>(items: readonly Item[], fraction: number): Item {
  const item = items[Math.floor(fraction * items.length)];
  if (item === undefined) throw new Error('there is nothing to pick from');
  return item;
}

/** A day's work of people: every ten minutes one restarts a machine, and ten pages are watched all the time. */
async function live(fleet: SimulatedFleet, hours: number): Promise<void> {
  const endMs = fleet.time.now() + hours * HOUR_MS;
  for (let minute = 0; fleet.time.now() < endMs; minute += 1) {
    if (minute % 10 === 0) accepted(await pick(fleet.instances, fleet.fraction()).change('restart'));
    for (const watched of fleet.instances.slice(0, 10)) watched.instance.looks.liveCheck();
    await fleet.runUntil(fleet.time.now() + MINUTE_MS);
  }
}

const operationsOf = (test: TestInstance) => test.operations().filter(({ kind }) => kind !== 'provision');

/** How long each operation took; all of them have ended well. */
function durationsMs(fleet: SimulatedFleet): number[] {
  return fleet.instances.flatMap((test) =>
    operationsOf(test).map(({ status, startedAt, endedAt }) => {
      expect(status).toBe('succeeded');
      return (endedAt ?? Number.POSITIVE_INFINITY) - startedAt;
    }),
  );
}

/** The longest that an instance was not looked at, in minutes. */
function longestUnseenMinutes({ looks, time }: SimulatedFleet, fromMs: number): number {
  const gaps = looks.flatMap((at) => {
    const seen = [fromMs, ...at, time.now()];
    return seen.slice(1).map((one, index) => one - (seen[index] ?? one));
  });
  return Math.max(...gaps) / MINUTE_MS;
}

describe('a hundred instances at Northflank, for a day', () => {
  it(
    'send no more than 1,000 requests in any hour, are each seen every half hour, and let nobody wait',
    async () => {
      const fleet = await SimulatedFleet.start({ provider: 'northflank', instances: 100, seed: 1 });
      const startMs = fleet.time.now();
      await live(fleet, 24);
      expect(SimulatedAccount.mostWithin(fleet.account.arrivals, HOUR_MS)).toBeLessThanOrEqual(1_000);
      const durations = durationsMs(fleet);
      expect(durations).toHaveLength(24 * 6);
      expect(Math.max(...durations)).toBeLessThanOrEqual(5 * SECOND_MS);
      expect(longestUnseenMinutes(fleet, startMs)).toBeLessThanOrEqual(30);
    },
    TIMEOUT_MS,
  );
});

describe('more instances at Northflank than an account has room for', () => {
  it(
    'are seen in turn, within the rate, and let nobody wait',
    async () => {
      const fleet = await SimulatedFleet.start({ provider: 'northflank', instances: 400, seed: 2 });
      const startMs = fleet.time.now();
      await live(fleet, 6);
      expect(SimulatedAccount.mostWithin(fleet.account.arrivals, HOUR_MS)).toBeLessThanOrEqual(1_000);
      expect(Math.max(...durationsMs(fleet))).toBeLessThanOrEqual(5 * SECOND_MS);
      expect(longestUnseenMinutes(fleet, startMs)).toBeLessThanOrEqual(120);
    },
    TIMEOUT_MS,
  );
});

describe('a thousand instances at Fly, half of them to be changed, after it was away for an hour', () => {
  it(
    'keep to the rate of every action on every target when it is back, and to that of all deletions',
    async () => {
      const fleet = await SimulatedFleet.start({ provider: 'fly', instances: 1_000, seed: 3 });
      const { account, time } = fleet;
      const instances = [...fleet.instances];
      const passed = (minutes: number) => fleet.runUntil(time.now() + minutes * MINUTE_MS);
      await passed(1);
      account.isAway = true;
      for (const test of instances.slice(0, 150)) accepted(await test.change('destroy'));
      for (const test of instances.slice(300, 500)) accepted(await test.change('restart'));
      await passed(60);
      account.isAway = false;
      // More at once than may be deleted in a minute.
      for (const test of instances.slice(150, 300)) accepted(await test.change('destroy'));
      await passed(20);
      // Those that keep failing are tried ever more slowly: the last of them within an hour.
      fleet.instances.splice(300);
      await passed(45);
      expect(account.aboveRate(flyActionRate)).toEqual([]);
      const deletions = account.arrivals.filter(
        ({ method, route }) => method === 'DELETE' && route === '/v1/apps/{app}',
      );
      expect(deletions.length).toBeGreaterThanOrEqual(300);
      expect(SimulatedAccount.mostWithin(deletions, MINUTE_MS)).toBeLessThanOrEqual(100);
      const statuses = instances.map((test) => test.state().status);
      expect(statuses.slice(0, 300)).toEqual(Array(300).fill('destroyed'));
      expect(statuses.slice(300)).toEqual(Array(700).fill('running'));
    },
    TIMEOUT_MS,
  );
});
