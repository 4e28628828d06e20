/** Fly, real or simulated, as the conformance suite sees it. */
import {
  type Bench,
  type Recorded,
  type RoomFor,
  type Subject,
  Wire,
  type WireCall,
} from '@kiloclaw/control-plane/conformance';
import { createFlyProvider } from '@kiloclaw/control-plane/fly';
import { z } from 'zod';
import { askedOf } from './subject-parts.ts';

export interface FlyAccess {
  readonly baseUrl: string;
  readonly token: string;
  readonly orgSlug: string;
  readonly regions: readonly string[];
  readonly appPrefix: string;
  readonly image: string;
  readonly pace: Subject['pace'];
}

const CALL_TIMEOUT_MS = 30_000;

const MachineSchema = z.looseObject({ id: z.string(), state: z.string(), instance_id: z.string() });
const VolumeSchema = z.looseObject({ id: z.string(), state: z.string() });
const TakenSchema = z.object({ data: z.object({ nonce: z.string() }) });
const LEASE_S = 60;
const GONE = /destroy/;

const MACHINE = /\/machines\/[^/]+$/;
const LISTS = /\/(machines|volumes)$/;

/** Where room is asked for, and in which words Fly says that there is none. */
const NO_ROOM: Readonly<
  Record<
    RoomFor,
    { readonly when: (call: WireCall) => boolean; readonly status: number; readonly error: string }
  >
> = {
  volume: {
    when: ({ method, path }) => method === 'POST' && path.endsWith('/volumes'),
    status: 400,
    error: 'failed to create volume: no capacity',
  },
  machine: {
    when: ({ method, path }) => method === 'POST' && path.endsWith('/machines'),
    status: 412,
    error: 'insufficient resources available to fulfill request: could not reserve resource for machine',
  },
  size: {
    when: ({ method, path }) => method === 'POST' && MACHINE.test(path),
    status: 409,
    error: 'insufficient memory available to fulfill request',
  },
  growth: {
    when: ({ method, path }) => method === 'PUT' && path.endsWith('/extend'),
    status: 422,
    error: 'no capacity left on the host of this volume',
  },
  start: {
    when: ({ method, path }) => method === 'POST' && path.endsWith('/start'),
    status: 412,
    error: 'could not reserve resource for machine: insufficient CPUs available to fulfill request',
  },
};

interface RawOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call past the adapter; undefined for a 404. */
function rawFly({ baseUrl, token }: FlyAccess) {
  return async (method: string, path: string, { body, headers = {} }: RawOptions = {}): Promise<unknown> => {
    const answer = await fetch(`${baseUrl}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`Fly answered ${answer.status} to ${method} ${path}`);
    const text = await answer.text();
    return text === '' ? null : JSON.parse(text);
  };
}

/** The suite on Fly: everything of it in apps of `access.appPrefix`. */
export function flySubject(access: FlyAccess): Subject {
  return {
    name: 'fly',
    ...askedOf(access.image),
    pace: access.pace,
    callsOfALook: 1,
    open: () => openBench(access),
  };
}

function openBench(access: FlyAccess): Bench {
  const wire = new Wire((url, init) => fetch(url, init));
  const raw = rawFly(access);
  const foreigners: string[] = [];
  const { baseUrl, token, orgSlug, regions, appPrefix } = access;
  return {
    connect: (timing) =>
      createFlyProvider({
        fetch: wire.fetch,
        config: { baseUrl, token, orgSlug, regions, appPrefix },
        log: wire.log,
        timing: { firstBackoffMs: access.pace.pauseMs, ...timing },
      }),
    faults: wire,
    logged: wire.logged,
    secrets: [token],
    inventory: (of) => inventoryOf(raw, of),
    tricks: {
      // An app of another organisation can't be made with our token.
      foreignHome: null,
      foreignMachine: async ({ resources }) => {
        const machines = `/apps/${resources.appName}/machines`;
        const config = { image: access.image, metadata: { kiloclaw_fleet_id: 'of-somebody-else' } };
        const made = MachineSchema.parse(
          await raw('POST', machines, { body: { name: resources.machineName, config, skip_launch: true } }),
        );
        foreigners.push(`${machines}/${made.id}`);
        return async () => {
          const now = MachineSchema.safeParse(await raw('GET', `${machines}/${made.id}`)).data;
          return now?.instance_id === made.instance_id && !GONE.test(now.state);
        };
      },
      // Volumes have no tags there: in the instance's own app, the name is the mark.
      foreignVolume: null,
      foreignHold: async ({ resources: { appName, machineId } }) => {
        const lease = `/apps/${appName}/machines/${machineId}/lease`;
        const body = { ttl: LEASE_S, description: 'somebody else' };
        const { data } = TakenSchema.parse(await raw('POST', lease, { body }));
        return async () => {
          await raw('DELETE', lease, { headers: { 'fly-machine-lease-nonce': data.nonce } });
        };
      },
      strangeState: async () =>
        wire.interfere(strange((machine) => ({ ...machine, state: 'hibernating' }))).end,
      strangeSize: async () =>
        wire.interfere(
          strange((machine) => ({
            ...machine,
            config: { ...machine.config, guest: { cpu_kind: 'quantum', cpus: 'some', memory_mb: 'enough' } },
          })),
        ).end,
      emptyLists: () =>
        wire.interfere({
          kind: 'edit',
          when: ({ method, path }) => method === 'GET' && LISTS.test(path),
          edit: () => [],
        }).end,
      noRoom: (what) => {
        const { when, status, error } = NO_ROOM[what];
        const { wasMet, end } = wire.interfere({ kind: 'refuse', when, status, body: { error } });
        return { wasRefused: wasMet, end };
      },
      noRoomKinds: {
        volume: 'region_full',
        machine: 'host_full',
        size: 'host_full',
        growth: 'host_full',
        start: 'host_full',
      },
    },
    close: async () => {
      for (const path of foreigners) await raw('DELETE', `${path}?force=true`);
    },
  };
}

const ToldMachineSchema = z.looseObject({ config: z.looseObject({}) });

function strange(edit: (machine: z.output<typeof ToldMachineSchema>) => unknown) {
  return {
    kind: 'edit',
    when: ({ method, path }: WireCall) => method === 'GET' && MACHINE.test(path),
    edit: (json: unknown) => edit(ToldMachineSchema.parse(json)),
  } as const;
}

async function inventoryOf(raw: ReturnType<typeof rawFly>, { resources }: Recorded) {
  const list = async <Item extends { id: string; state: string }>(path: string, schema: z.ZodType<Item>) =>
    z
      .array(schema)
      .parse((await raw('GET', `/apps/${resources.appName}/${path}`)) ?? [])
      .filter(({ state }) => !GONE.test(state))
      .map(({ id }) => id);
  return { machines: await list('machines', MachineSchema), volumes: await list('volumes', VolumeSchema) };
}
