/** Calls beside a start that moves its instance to another host: never two machines, nor a start on what was left. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retiredVolumeIds } from '../retired-volumes.ts';
import type { TestInstance } from '../testing/test-instance.ts';
import { beginningOf } from './testing/beginnings.ts';
import { RACE_TIMEOUT_MS } from './testing/check-races.ts';
import type { Wish } from './testing/model.ts';
import { raceOn, resumed } from './testing/rig.ts';
import { Turns } from './testing/turns.ts';

const OTHERS: readonly Wish[] = [
  { kind: 'start' },
  { kind: 'stop' },
  { kind: 'destroy' },
  { kind: 'set_override', to: 'perf-4-16', apply: 'now', expiresAt: null },
  { kind: 'set_override', to: 'perf-4-8', apply: 'manual', expiresAt: null },
  { kind: 'clear_override', apply: 'now' },
  { kind: 'resize', to: 'perf-4-8', apply: 'now' },
  { kind: 'extend_volume', toGb: 25 },
  { kind: 'alarm', jumpsToMs: Date.UTC(2026, 0, 1) + 120_000 },
];

const latency = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(80) });
const schedules = fc.record({
  lent: fc.constantFrom('none', 'applied', 'waiting'),
  others: fc.array(fc.constantFrom(...OTHERS), { minLength: 1, maxLength: 2 }),
  latencies: fc.array(latency, { minLength: 40, maxLength: 40 }),
});

/** What there is, is on record: one machine at most, on the instance's own volume, and every other volume kept by name. */
function expectWhole(test: TestInstance): void {
  const { world } = test;
  const state = test.state();
  expect(world.strayStarts).toBe(0);
  if (state.status === 'destroyed') {
    expect([world.machines, world.volumes]).toEqual([[], []]);
    return;
  }
  const own = state.resources.volumeId;
  expect(world.volumes.map(({ id }) => id).sort()).toEqual([own, ...retiredVolumeIds(state)].sort());
  expect(world.volumes.length).toBeLessThanOrEqual(2);
  expect(world.machines.map(({ id, mountedVolumeId }) => [id, mountedVolumeId])).toEqual([
    [state.resources.machineId, own],
  ]);
  expect(world.machines[0]?.state).toBe(state.status);
}

it(
  'an instance that moves is whole, whatever else is asked of it meanwhile',
  async () => {
    let moves = 0;
    const check = fc.asyncProperty(schedules, async ({ lent, others, latencies }) => {
      const beginning = await beginningOf({ status: 'stopped', lent, ends: false, isExtended: false });
      const { test } = resumed(beginning);
      test.world.fill('host_1');
      test.world.addHost('host_2', 'fra');
      await raceOn(test, [{ kind: 'start' }, ...others], new Turns(latencies));
      moves += test.world.countOf('forkVolume');
      expectWhole(test);
    });
    await fc.assert(check, { numRuns: 500 });
    expect(moves).toBeGreaterThan(100);
  },
  RACE_TIMEOUT_MS,
);
