/** A suite that accepts everything proves nothing: each bug planted here must be caught by the case named for it. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { MachineObservation, Provider } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { casesFor, runCase } from './conformance.ts';
import type { MemoryCloud } from './testing/memory-cloud.ts';
import { memorySubject } from './testing/memory-subject.ts';

interface PlantedBug {
  readonly bug: string;
  /** How the name of the case begins that must catch it. */
  readonly caughtBy: string;
  readonly plant: (provider: Provider, cloud: MemoryCloud) => Partial<Provider>;
}

const seenAs =
  ({ observeMachine }: Provider, edit: (seen: MachineObservation) => MachineObservation) =>
  async (...args: Parameters<Provider['observeMachine']>) => {
    const seen = await observeMachine(...args);
    return seen && edit(seen);
  };

const nothing = async () => {};

const BUGS: readonly PlantedBug[] = [
  {
    bug: 'names are drawn anew each time',
    caughtBy: 'names are the same',
    plant: () => ({ nameResources: () => ({ machineName: randomUUID() }) }),
  },
  {
    bug: 'a machine is not deleted',
    caughtBy: 'a whole life',
    plant: () => ({ deleteMachines: nothing }),
  },
  {
    bug: 'what is listed as left is always nothing',
    caughtBy: 'the lists of an instance',
    plant: () => ({ listOwned: async () => [] }),
  },
  {
    bug: 'a look starts the machine',
    caughtBy: 'looking changes nothing',
    plant: ({ startMachine, observeMachine }) => ({
      observeMachine: async (tags, resources) => {
        await startMachine(tags, resources);
        return observeMachine(tags, resources);
      },
    }),
  },
  {
    bug: 'the size that was asked for is told, whatever was given',
    caughtBy: 'every call that is made twice',
    plant: (provider) => ({
      observeMachine: seenAs(provider, (seen) => ({ ...seen, size: memorySubject().machine.size })),
    }),
  },
  {
    bug: 'a new machine does not tell its configuration',
    caughtBy: 'a new machine runs',
    plant: (provider) => ({
      observeMachine: seenAs(provider, (seen) => ({ ...seen, configurationFingerprint: null })),
    }),
  },
  {
    bug: 'a wait that ends without its state is an error',
    caughtBy: 'a wait for what does not come',
    plant: ({ observeMachine }) => ({
      observeMachine: async (tags, resources, wait) => {
        const seen = await observeMachine(tags, resources, wait);
        if (wait?.until === 'stopped' && seen?.state === 'running') throw refusal('unavailable');
        return seen;
      },
    }),
  },
  {
    bug: 'each machine comes with a volume of its own',
    caughtBy: 'a machine made anew',
    plant: ({ createMachine }, cloud) => ({
      createMachine: async (tags, resources, spec) => {
        const name = randomUUID();
        cloud.volumes.set(name, { name, labels: { kiloclaw_instance_id: tags.instanceId } });
        return createMachine(tags, resources, spec);
      },
    }),
  },
  {
    bug: 'every build counts as the same',
    caughtBy: 'a machine that is built as wanted',
    plant: () => ({ machineChange: () => 'none' }),
  },
  {
    bug: 'a fork that can’t be is told as done',
    caughtBy: 'what the capabilities deny',
    plant: () => ({ forkVolume: async () => ({}) }),
  },
  {
    bug: 'a volume shrinks',
    caughtBy: 'a volume asked for no more',
    plant: (_provider, cloud) => ({
      extendVolume: async ({ sandboxId }, _resources, sizeGb) => {
        const name = `${sandboxId}-data`;
        const volume = cloud.volumes.get(name);
        if (volume !== undefined) cloud.volumes.set(name, { ...volume, size_gb: sizeGb });
        return { sizeGb, needsRestart: false };
      },
    }),
  },
  {
    bug: 'what was made before a crash is not found again',
    caughtBy: 'a crash after any call',
    plant: (_provider, cloud) => ({
      createVolume: async ({ fleetId, instanceId }) => {
        const name = randomUUID();
        const labels = { kiloclaw_fleet_id: fleetId, kiloclaw_instance_id: instanceId };
        cloud.volumes.set(name, { name, labels, size_gb: 10 });
        return { volumeId: name };
      },
    }),
  },
  {
    bug: 'a deletion of what is gone fails',
    caughtBy: 'of what is not there',
    plant: ({ deleteMachines, findMachine }) => ({
      deleteMachines: async (tags, resources) => {
        if ((await findMachine(tags, resources)) === null) throw refusal('not_found');
        await deleteMachines(tags, resources);
      },
    }),
  },
  {
    bug: 'others’ machines of our name are adopted',
    caughtBy: 'a machine of our name',
    plant: ({ findMachine }) => ({
      findMachine: (tags, resources) =>
        findMachine(tags, resources).catch(() => ({ machineId: tags.sandboxId })),
    }),
  },
  {
    bug: 'others’ machines of our name are deleted',
    caughtBy: 'a machine of our name',
    plant: ({ deleteMachines }, cloud) => ({
      deleteMachines: async (tags, resources) => {
        cloud.machines.delete(tags.sandboxId);
        await deleteMachines(tags, resources);
      },
    }),
  },
  {
    bug: 'whatever has the id is deleted',
    caughtBy: 'no call of one instance',
    plant: (_provider, cloud) => ({
      deleteMachine: async (_tags, _resources, machineId) => void cloud.machines.delete(machineId),
    }),
  },
  {
    bug: 'the volume in use is deleted',
    caughtBy: 'the volume in use',
    plant: () => ({ deleteVolume: nothing }),
  },
  {
    bug: 'a fleet’s list holds every fleet',
    caughtBy: 'no call of one instance',
    plant: (_provider, cloud) => ({
      listFleet: async () =>
        [...cloud.machines.values()].map(({ name, labels }) => ({
          kind: 'machine',
          id: name,
          instanceId: labels.kiloclaw_instance_id ?? null,
        })),
    }),
  },
  {
    bug: 'an unknown state counts as stopped',
    caughtBy: 'a state that is not',
    plant: (provider) => ({
      observeMachine: seenAs(provider, (seen) =>
        seen.state === 'unknown' ? { ...seen, state: 'stopped' } : seen,
      ),
    }),
  },
  {
    bug: 'an unreadable size counts as the smallest',
    caughtBy: 'a size that does not parse',
    plant: (provider) => ({
      observeMachine: seenAs(provider, (seen) => ({
        ...seen,
        size: seen.size ?? memorySubject().machine.size,
      })),
    }),
  },
  {
    bug: 'a full host counts as a conflict',
    caughtBy: 'without room to start a machine',
    plant: ({ startMachine }) => ({
      startMachine: (tags, resources) =>
        startMachine(tags, resources).catch(() => {
          throw refusal('conflict');
        }),
    }),
  },
  {
    bug: 'silence counts as an absence',
    caughtBy: 'while nothing answers, no look',
    plant: ({ findVolume }) => ({
      findVolume: (tags, resources) => findVolume(tags, resources).catch(() => null),
    }),
  },
  {
    bug: 'deletions are told as done before they are',
    caughtBy: 'while nothing answers, no deletion',
    plant: ({ deleteVolumes }) => ({
      deleteVolumes: (tags, resources) => deleteVolumes(tags, resources).catch(() => undefined),
    }),
  },
  {
    bug: 'a machine is looked for in lists alone',
    caughtBy: 'empty lists during an incident',
    plant: ({ listOwned }) => ({
      findMachine: async (tags, resources) => {
        const machine = (await listOwned(tags, resources)).find(({ kind }) => kind === 'machine');
        return machine === undefined ? null : { machineId: machine.id };
      },
    }),
  },
  {
    bug: 'a start is not waited for',
    caughtBy: 'in every call: a 503',
    plant: ({ startMachine }) => ({
      startMachine: async (tags, resources) => startMachine(tags, resources).catch(() => ({})),
    }),
  },
  {
    bug: 'a lost answer counts as a refusal',
    caughtBy: 'in every call: an answer that is lost',
    plant: ({ createVolume }) => ({
      createVolume: (...args) =>
        createVolume(...args).catch(() => {
          throw refusal('invalid');
        }),
    }),
  },
  {
    bug: 'a throttled call is made again at once',
    caughtBy: 'in every call: a 429',
    plant: ({ createMachine }) => ({
      createMachine: (...args) => createMachine(...args).catch(() => createMachine(...args)),
    }),
  },
  {
    bug: 'Retry-After is forgotten',
    caughtBy: 'in every call: a 429',
    plant: ({ stopMachine }) => ({
      stopMachine: (...args) =>
        stopMachine(...args).catch((error: unknown) => {
          throw error instanceof ProviderError ? refusal(error.kind) : error;
        }),
    }),
  },
  {
    bug: 'an error tells of the environment',
    caughtBy: 'in every call: a refusal that repeats',
    plant: ({ createMachine }) => ({
      createMachine: (tags, resources, spec) =>
        createMachine(tags, resources, spec).catch((error: unknown) => {
          throw error instanceof ProviderError
            ? new ProviderError({ ...error.facts, cause: new Error(JSON.stringify(spec.env)) })
            : error;
        }),
    }),
  },
  {
    bug: 'an error is no ProviderError',
    caughtBy: 'in every call: a server error',
    plant: ({ createVolume }) => ({
      createVolume: (...args) =>
        createVolume(...args).catch(() => {
          throw new TypeError('undefined is not a function');
        }),
    }),
  },
];

function refusal(kind: ProviderError['kind']): ProviderError {
  return new ProviderError({ provider: 'fly', kind, message: `It was ${kind}.` });
}

it.each(BUGS)('$bug: caught', async ({ caughtBy, plant }) => {
  const subject = memorySubject((provider, cloud) => ({ ...provider, ...plant(provider, cloud) }));
  const [guard] = casesFor(subject).cases.filter(({ name }) => name.startsWith(caughtBy));
  if (guard === undefined) throw new Error(`there is no case that begins with '${caughtBy}'`);
  expect((await runCase(subject, guard)).failure).not.toBeNull();
});

it('a case that fails takes away what it made, and tells what it could not', async () => {
  const stuck = memorySubject((provider) => ({ ...provider, deleteVolumes: nothing }));
  const [whole] = casesFor(stuck).cases.filter(({ name }) => name.startsWith('a whole life'));
  if (whole === undefined) throw new Error('there is no whole life');
  const { failure, left } = await runCase(stuck, whole);
  expect(failure).not.toBeNull();
  expect(left).toMatchObject([{ kind: 'volume' }]);
});

it('a case that is called off makes no more calls, and leaves nothing', async () => {
  let made = 0;
  const ending = new AbortController();
  const subject = memorySubject((provider, cloud) => ({
    ...provider,
    createMachine: async (...args) => {
      made += 1;
      ending.abort();
      const learned = await provider.createMachine(...args);
      expect(cloud.machines.size).toBe(1);
      return learned;
    },
  }));
  const [twice] = casesFor(subject).cases.filter(({ name }) =>
    name.startsWith('every call that is made twice'),
  );
  if (twice === undefined) throw new Error('there is no such case');
  const { failure, left } = await runCase(subject, twice, ending.signal);
  expect(String(failure)).toContain('called off');
  expect({ made, left }).toEqual({ made: 1, left: [] });
});
