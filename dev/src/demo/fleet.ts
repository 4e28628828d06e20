/** The demo fleet: one instance in every interesting condition, and how each gets there. */
import type { DemoMaker, Who } from './maker.ts';
import type { SimulatedPast } from './simulated-past.ts';

const LENT_FOR_MS = 7 * 24 * 60 * 60_000;

interface Named {
  readonly userId: string;
  readonly name: string;
  /** For people, as the end of a sentence that begins with the instance. */
  readonly condition: string;
}

/** Some are for any Fly; the others, of which there are many or which no call can make, need the simulator. */
export type DemoInstance = Named &
  (
    | { readonly at: 'any_fly'; make(maker: DemoMaker, who: Who): Promise<void> }
    | { readonly at: 'simulator'; make(maker: DemoMaker, who: Who, past: SimulatedPast): Promise<void> }
  );

const PROVISIONED: readonly DemoInstance[] = [
  {
    userId: 'alice',
    name: "Alice's assistant",
    condition: 'runs on perf-1-3',
    at: 'any_fly',
    make: (maker, who) => maker.provision(who, { provider: 'fly', instanceType: 'perf-1-3' }),
  },
  {
    userId: 'bob',
    name: "Bob's assistant",
    condition: 'is stopped, on perf-4-8',
    at: 'any_fly',
    async make(maker, who) {
      await maker.provision(who, { provider: 'fly', instanceType: 'perf-4-8' });
      await maker.act('stop', who);
    },
  },
  {
    userId: 'carol',
    name: "Carol's assistant",
    condition: 'runs on perf-1-3, in a container where an engine answers',
    at: 'any_fly',
    make: (maker, who) => maker.provision(who, { provider: maker.containers, instanceType: 'perf-1-3' }),
  },
  {
    userId: 'erin',
    name: "Erin's assistant",
    condition: 'runs on perf-4-16',
    at: 'simulator',
    make: (maker, who) => maker.provision(who, { provider: 'fly', instanceType: 'perf-4-16' }),
  },
  {
    userId: 'grace',
    name: "Grace's assistant",
    condition: 'has a size of its own',
    at: 'simulator',
    make: (maker, who) =>
      maker.provision(who, {
        provider: 'fly',
        machineSize: { cpus: 2, memory_mb: 6144, cpu_kind: 'performance' },
        volumeSizeGb: 30,
      }),
  },
  {
    userId: 'niaj',
    name: "Niaj's assistant",
    condition: 'is destroyed',
    at: 'simulator',
    async make(maker, who) {
      if (await maker.isDestroyed(who)) return;
      await maker.provision(who, { provider: 'fly', instanceType: 'perf-1-3', start: false });
      await maker.act('destroy', who);
    },
  },
];

const LENT: readonly DemoInstance[] = [
  {
    userId: 'heidi',
    name: "Heidi's assistant",
    condition: 'runs on a lent perf-4-16 for a week',
    at: 'simulator',
    async make(maker, who) {
      await maker.provision(who, { provider: 'fly', instanceType: 'perf-1-3' });
      const expiresAt = new Date(Date.now() + LENT_FOR_MS).toISOString();
      await maker.lend(who, {
        preset: 'perf-4-16',
        reason: 'Imports a large archive',
        expiresAt,
        apply: 'now',
      });
    },
  },
  {
    userId: 'ivan',
    name: "Ivan's assistant",
    condition: 'is lent perf-4-8 and awaits its restart',
    at: 'simulator',
    async make(maker, who) {
      await maker.provision(who, { provider: 'fly', instanceType: 'perf-1-3' });
      await maker.lend(who, { preset: 'perf-4-8', reason: 'Ran out of memory' });
    },
  },
];

const DRIFTED: readonly DemoInstance[] = [
  {
    userId: 'judy',
    name: "Judy's assistant",
    condition: 'has a volume that somebody else has grown',
    at: 'simulator',
    async make(maker, who, past) {
      await maker.provision(who, { provider: 'fly', instanceType: 'perf-1-3' });
      const { volumeId } = await maker.look(who);
      await past.tamper('volumes', volumeId, { size_gb: 15 });
      await maker.look(who);
    },
  },
  {
    userId: 'mike',
    name: "Mike's assistant",
    condition: 'runs on a machine whose size somebody else has changed',
    at: 'simulator',
    async make(maker, who, past) {
      await maker.provision(who, { provider: 'fly', instanceType: 'perf-1-3' });
      const { machineId } = await maker.look(who);
      await past.tamper('machines', machineId, {
        guest: { cpus: 2, memory_mb: 4096, cpu_kind: 'performance' },
      });
      await maker.look(who);
    },
  },
];

const INHERITED: readonly DemoInstance[] = [
  {
    userId: 'frank',
    name: "Frank's assistant",
    condition: 'runs on the legacy tier shared-2-4',
    at: 'simulator',
    async make(maker, who, past) {
      const machineSize = { cpus: 2, memory_mb: 4096, cpu_kind: 'shared' } as const;
      await past.inherit(who, { instanceType: 'shared-2-4', machineSize, volumeSizeGb: 10 });
      await maker.untilAtRest(who);
    },
  },
  {
    userId: 'olivia',
    name: "Olivia's assistant",
    condition: 'has a size that nobody knows, since its provider tells it in an unknown word',
    at: 'simulator',
    async make(maker, who, past) {
      const machineSize = { cpus: 2, memory_mb: 4096, cpu_kind: 'performance' } as const;
      const machineId = await past.inherit(who, { instanceType: null, machineSize, volumeSizeGb: 10 });
      await past.tamper('machines', machineId, { guest: { ...machineSize, cpu_kind: 'quantum' } });
      await maker.untilAtRest(who);
    },
  },
];

export const DEMO_FLEET: readonly DemoInstance[] = [...PROVISIONED, ...LENT, ...DRIFTED, ...INHERITED];
