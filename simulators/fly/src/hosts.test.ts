import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Occupancy } from './hosts.ts';
import { emptyAppDocument, machineRecord } from './testing/records.ts';

const HOSTS = ['iad-1', 'iad-2', 'lhr-1'];

const machine = fc
  .record({
    hostId: fc.constantFrom(...HOSTS),
    state: fc.constantFrom('started', 'replacing', 'created', 'stopped', 'suspended', 'failed', 'destroyed'),
    cpus: fc.integer({ min: 1, max: 16 }),
    memoryMb: fc.integer({ min: 256, max: 65_536 }),
  })
  .map(({ hostId, state, cpus, memoryMb }) => ({
    ...machineRecord(state),
    hostId,
    region: hostId.slice(0, 3),
    config: { guest: { cpus, memory_mb: memoryMb } },
  }));

// What each app holds at last; null = it was removed.
const changes = fc.array(
  fc.record({
    app: fc.constantFrom('one', 'two', 'three'),
    machines: fc.option(fc.array(machine, { maxLength: 4 })),
  }),
  { maxLength: 20 },
);

describe('occupancy', () => {
  it('is the sum of what runs now, however it came about', () => {
    fc.assert(
      fc.property(changes, (made) => {
        const occupancy = new Occupancy();
        const last = new Map<string, ReturnType<typeof machineRecord>[]>();
        for (const { app, machines } of made) {
          last.set(app, machines ?? []);
          occupancy.note(app, machines === null ? null : { ...emptyAppDocument(app), machines });
        }
        const up = [...last.values()]
          .flat()
          .filter(({ state }) => ['started', 'replacing', 'created'].includes(state));
        for (const host of HOSTS) {
          const cpus = up
            .filter(({ hostId }) => hostId === host)
            .map(({ config }) => Number(JSON.parse(JSON.stringify(config)).guest.cpus))
            .reduce((sum, each) => sum + each, 0);
          expect([host, occupancy.onHost(host).cpus]).toEqual([host, cpus]);
        }
        const inIad = occupancy.onHost('iad-1').memoryMb + occupancy.onHost('iad-2').memoryMb;
        expect(occupancy.ofOrg('o', 'iad').memoryMb).toBe(inIad);
      }),
    );
  });

  it('takes nothing for a size that can’t be read', () => {
    const occupancy = new Occupancy();
    const odd = { ...machineRecord('started'), config: { guest: { cpus: 'many' } } };
    occupancy.note('one', { ...emptyAppDocument('one'), machines: [odd] });
    expect(occupancy.onHost('iad-1')).toEqual({ cpus: 0, memoryMb: 0 });
  });
});
