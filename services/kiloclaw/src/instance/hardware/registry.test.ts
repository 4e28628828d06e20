/** What the registry shows of a change: it comes to the state, whatever happens to the writes on their way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryAnswer, RegistryDelivery } from '../deps.ts';
import { registryRow } from '../registry-row.ts';
import { TestInstance } from '../testing/test-instance.ts';
import type { TestRegistry } from '../testing/test-registry.ts';

const PHANTOM = {
  machineSize: { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' },
  reason: 'of a life before',
  actorId: 'user_admin',
  setAt: '2026-01-01T00:00:00Z',
} as const;

function haunt({ registry }: TestInstance, aheadBy: number): void {
  const { row } = registry;
  if (row === null) throw new Error('there is no row yet');
  registry.row = { ...row, adminSizeOverride: PHANTOM, registryVersion: row.registryVersion + aheadBy };
  registry.currentVersion = registry.row.registryVersion;
}

describe('a row with an override that the instance does not have', () => {
  it.each([0, 1, 7])('is repaired by one clear, also where the row is %i versions ahead', async (aheadBy) => {
    const test = await new TestInstance().provisioned();
    haunt(test, aheadBy);
    const { status, result } = await test.done(test.clearOverride());
    expect([status, result?.clearedOverride]).toEqual(['succeeded', null]);
    expect(test.registry.row).toEqual(registryRow(test.state()));
    expect(test.registry.row?.adminSizeOverride).toBeNull();
    expect(test.state().registrySyncedVersion).toBe(test.state().registryVersion);
  });

  it('is repaired as well where Postgres was away at the clear', async () => {
    const test = await new TestInstance().provisioned();
    haunt(test, 3);
    test.registry.mode = 'unavailable';
    await test.clearOverride();
    await test.quiet();
    test.registry.mode = 'stores';
    await test.settle();
    expect(test.registry.row).toEqual(registryRow(test.state()));
  });
});

type Fate = 'stored' | 'unavailable' | 'answer lost' | 'stored late, too';

/** Meets each delivery with the next fate; what is late is stored once more after `catchUp`. */
function befall(registry: TestRegistry, fates: Fate[], versions: number[]): { catchUp: () => Promise<void> } {
  const deliver = registry.deliver.bind(registry);
  const late: RegistryDelivery[] = [];
  const store = async (delivery: RegistryDelivery): Promise<DeliveryAnswer> => {
    const answer = await deliver(delivery);
    if (registry.currentVersion !== null) versions.push(registry.currentVersion);
    return answer;
  };
  registry.deliver = async (delivery) => {
    const fate = fates.shift() ?? 'stored';
    if (fate === 'unavailable') return { outcome: 'unavailable' };
    if (fate === 'stored late, too') late.push(delivery);
    const answer = await store(delivery);
    return fate === 'answer lost' ? { outcome: 'unavailable' } : answer;
  };
  return {
    catchUp: async () => {
      for (const delivery of late.splice(0)) await store(delivery);
    },
  };
}

describe('the registry’s row', () => {
  const CHANGES: readonly ((test: TestInstance) => Promise<unknown>)[] = [
    (test) => test.setOverride('perf-4-8'),
    (test) => test.setOverride('perf-4-16'),
    (test) => test.clearOverride(),
    (test) => test.extend(15),
    (test) => test.change('stop'),
    (test) => test.change('start'),
    (test) => test.resize('perf-4-8', { apply: 'now' }),
  ];

  it('never goes backwards, and comes to the state, with lost, late and repeated writes', async () => {
    const fates = fc.array(
      fc.constantFrom<Fate>('stored', 'unavailable', 'answer lost', 'stored late, too'),
      { maxLength: 20 },
    );
    const changes = fc.array(fc.constantFrom(...CHANGES), { minLength: 1, maxLength: 6 });
    const check = fc.asyncProperty(fates, changes, fc.boolean(), async (given, asked, waits) => {
      const test = await new TestInstance().provisioned();
      const versions: number[] = [];
      const { catchUp } = befall(test.registry, [...given], versions);
      for (const change of asked) {
        await change(test);
        if (waits) await test.settle();
        await catchUp();
      }
      expect(await test.settle()).toBe(true);
      await catchUp();
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(test.registry.row).toEqual(registryRow(test.state()));
    });
    await fc.assert(check, { numRuns: 150 });
  });
});
