/** The cloud in memory as the conformance suite sees it. */
import { z } from 'zod';
import type { Provider } from '../../provider.ts';
import type { Bench, Subject } from '../subject.ts';
import { Wire, type WireCall } from '../wire.ts';
import { createMemoryProvider } from './memory-adapter.ts';
import { MemoryCloud } from './memory-cloud.ts';

const TOKEN = 'sentinel-token-of-memory';
const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;

const ONE_MACHINE = /^\/machines\/[^/]+$/;
const isRead =
  (pattern: RegExp) =>
  ({ method, path }: WireCall) =>
    method === 'GET' && pattern.test(path);

const ROOM = {
  volume: ({ method, path }: WireCall) => method === 'PUT' && path.startsWith('/volumes/'),
  machine: ({ method, path }: WireCall) => method === 'PUT' && path.startsWith('/machines/'),
  size: ({ method, path }: WireCall) => method === 'PATCH' && path.startsWith('/machines/'),
  growth: ({ method, path }: WireCall) => method === 'PATCH' && path.startsWith('/volumes/'),
  start: ({ method, path }: WireCall) => method === 'PATCH' && path.startsWith('/machines/'),
} as const;

/** Stands between suite and adapter: a way to plant a bug. */
export type Breakage = (provider: Provider, cloud: MemoryCloud) => Provider;

export function memorySubject(breakIt: Breakage = (provider) => provider): Subject {
  const cloud = new MemoryCloud(TOKEN);
  return {
    name: 'memory',
    volume: { sizeGb: 10, region: null, machineSize: SMALL },
    machine: {
      size: SMALL,
      sizeSource: 'tier',
      region: null,
      image: 'registry.example.com/team/app:v1',
      env: { PASSPHRASE: 'sentinel-of-the-environment' },
      mountPath: '/data',
      port: 8080,
      configurationFingerprint: 'as-first-asked',
    },
    largerSize: { ...SMALL, cpus: 2, memory_mb: 4096 },
    pace: { pauseMs: 1, triesMost: 20, waitMs: 10 },
    callsOfALook: 1,
    open: () => openBench(cloud, breakIt),
  };
}

function openBench(cloud: MemoryCloud, breakIt: Breakage): Bench {
  const wire = new Wire(cloud.fetch);
  const edit = (when: (call: WireCall) => boolean, change: (json: object) => object) =>
    wire.interfere({ kind: 'edit', when, edit: (json) => change(z.looseObject({}).parse(json)) }).end;
  const namesOf = (things: MemoryCloud['machines'], instanceId: string) =>
    [...things.values()]
      .filter(({ labels }) => labels.kiloclaw_instance_id === instanceId)
      .map(({ name }) => name);
  const foreigner = async (things: MemoryCloud['machines'], name: string) => {
    const thing = { name, labels: {}, power: 'on', size: SMALL, volume: 'other', size_gb: 1 };
    things.set(name, thing);
    return async () => things.get(name) === thing;
  };
  return {
    connect: (timing) =>
      breakIt(
        createMemoryProvider({
          fetch: wire.fetch,
          token: TOKEN,
          log: wire.log,
          timing: { firstBackoffMs: 1, ...timing },
        }),
        cloud,
      ),
    faults: wire,
    logged: wire.logged,
    secrets: [TOKEN],
    inventory: async ({ tags: { instanceId } }) => ({
      machines: namesOf(cloud.machines, instanceId),
      volumes: namesOf(cloud.volumes, instanceId),
    }),
    tricks: {
      foreignHome: null,
      foreignMachine: ({ tags }) => foreigner(cloud.machines, tags.sandboxId),
      foreignVolume: ({ tags }) => foreigner(cloud.volumes, `${tags.sandboxId}-data`),
      foreignHold: null,
      strangeState: async () =>
        edit(isRead(ONE_MACHINE), (machine) => ({ ...machine, power: 'hibernating' })),
      strangeSize: async () => edit(isRead(ONE_MACHINE), (machine) => ({ ...machine, size: 'enough' })),
      emptyLists: () => edit(isRead(/^\/(machines|volumes)$/), () => ({ items: [] })),
      noRoom: (what) => {
        const refused = {
          kind: 'refuse',
          when: ROOM[what],
          status: 409,
          body: { error: 'no room' },
        } as const;
        const { wasMet, end } = wire.interfere(refused);
        return { wasRefused: wasMet, end };
      },
      noRoomKinds: {
        volume: 'host_full',
        machine: 'host_full',
        size: 'host_full',
        growth: 'host_full',
        start: 'host_full',
      },
    },
    close: async () => {},
  };
}
