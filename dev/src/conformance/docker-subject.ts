/** docker-local on an engine, as the conformance suite sees it. */
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import {
  type Bench,
  type Recorded,
  type Subject,
  Wire,
  type WireCall,
} from '@kiloclaw/control-plane/conformance';
import {
  createEngineFetcher,
  type EngineAddress,
  hostAddressOf,
  sendToEngine,
} from '@kiloclaw/control-plane/docker-fetcher';
import { createDockerLocalProvider } from '@kiloclaw/control-plane/docker-local';
import { z } from 'zod';
import { AT_ONCE, askedOf } from './subject-parts.ts';

export interface EngineAccess {
  readonly engine: EngineAddress;
  /** One that the engine has. */
  readonly image: string;
}

const API = '/v1.41';
/** Apart from those of a control plane with default settings on this host. */
const PORTS = { first: 27_000, last: 27_999 };
const CALL_TIMEOUT_MS = 30_000;

const ContainersSchema = z.array(z.object({ Id: z.string() }));
const VolumesSchema = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullish() });

const ONE_CONTAINER = /\/containers\/[^/]+\/json$/;
const CONTAINERS = /\/containers\/json$/;
const VOLUMES = /\/volumes$/;
const isRead =
  (pattern: RegExp) =>
  ({ method, path }: WireCall) =>
    method === 'GET' && pattern.test(path);

/** The words of an engine whose host has fewer CPUs than are asked for. */
const TOO_FEW_CPUS = 'Range of CPUs is from 0.01 to 1.00, as there are only 1 CPUs available';

/** One call to the engine past adapter and allow-list; undefined for a 404. */
function rawEngine(address: EngineAddress) {
  return async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await sendToEngine(address, {
      method,
      path: `${API}${path}`,
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const told = await text(answer);
    const status = answer.statusCode ?? 0;
    if (status === 404) return undefined;
    if (status >= 300) throw new Error(`The engine answered ${status} to ${method} ${path}: ${told}`);
    return told === '' ? null : JSON.parse(told);
  };
}
type Raw = ReturnType<typeof rawEngine>;

/** The suite on a container engine. What it makes bears the labels of fleets that no control plane has. */
export function dockerSubject(access: EngineAccess): Subject {
  return {
    name: 'docker-local',
    ...askedOf(access.image, null),
    pace: AT_ONCE,
    // The engine's version, asked once by each adapter, and the container.
    callsOfALook: 2,
    open: () => openBench(access),
  };
}

function openBench({ engine, image }: EngineAccess): Bench {
  const fetchFromEngine = createEngineFetcher(engine);
  const wire = new Wire((url, init) => fetchFromEngine(new Request(url, init)));
  const raw = rawEngine(engine);
  const foreigners: string[] = [];
  return {
    connect: (timing) =>
      createDockerLocalProvider({
        fetch: wire.fetch,
        config: { clamp: false, portRange: PORTS, hostAddress: hostAddressOf(engine) },
        log: wire.log,
        timing: { firstBackoffMs: AT_ONCE.pauseMs, ...timing },
      }),
    faults: wire,
    logged: wire.logged,
    // An engine asks for no token.
    secrets: [],
    inventory: (of) => inventoryOf(raw, of),
    tricks: {
      // There is none: containers and volumes stand by themselves.
      foreignHome: null,
      foreignMachine: async ({ resources }) => {
        const name = String(resources.containerName);
        const made = z
          .object({ Id: z.string() })
          .parse(await raw('POST', `/containers/create?name=${name}`, { Image: image }));
        foreigners.push(`/containers/${made.Id}?force=1`);
        return async () => (await raw('GET', `/containers/${made.Id}/json`)) !== undefined;
      },
      foreignVolume: async ({ resources }) => {
        const name = String(resources.volumeName);
        const mark = randomUUID();
        await raw('POST', '/volumes/create', { Name: name, Labels: { mark } });
        foreigners.push(`/volumes/${name}`);
        const LabelledSchema = z.object({ Labels: z.object({ mark: z.literal(mark) }) });
        return async () => LabelledSchema.safeParse(await raw('GET', `/volumes/${name}`)).success;
      },
      foreignHold: null,
      strangeState: async () => strange(wire, (told) => ({ ...told, State: { Status: 'hibernating' } })),
      strangeSize: async () =>
        strange(wire, (told) => ({ ...told, HostConfig: { Memory: 12_345, NanoCpus: 7 } })),
      emptyLists: () => {
        const edits = [
          wire.interfere({ kind: 'edit', when: isRead(CONTAINERS), edit: () => [] }),
          wire.interfere({ kind: 'edit', when: isRead(VOLUMES), edit: () => ({ Volumes: null }) }),
        ];
        return () => {
          for (const { end } of edits) end();
        };
      },
      noRoom: (what) => {
        const pattern = what === 'machine' ? /\/containers\/create$/ : /\/containers\/[^/]+\/update$/;
        const when = ({ method, path }: WireCall) => method === 'POST' && pattern.test(path);
        const body = { message: TOO_FEW_CPUS };
        const { wasMet, end } = wire.interfere({ kind: 'refuse', when, status: 400, body });
        return { wasRefused: wasMet, end };
      },
      noRoomKinds: {
        volume: null,
        machine: 'host_too_small',
        size: 'host_too_small',
        growth: null,
        start: null,
      },
    },
    close: async () => {
      for (const path of foreigners) await raw('DELETE', path);
    },
  };
}

function strange(wire: Wire, edit: (told: object) => unknown): () => void {
  const parsed = (json: unknown) => edit(z.looseObject({}).parse(json));
  return wire.interfere({ kind: 'edit', when: isRead(ONE_CONTAINER), edit: parsed }).end;
}

async function inventoryOf(raw: Raw, { tags: { instanceId } }: Recorded) {
  const filters = encodeURIComponent(JSON.stringify({ label: [`kiloclaw_instance_id=${instanceId}`] }));
  const containers = ContainersSchema.parse(await raw('GET', `/containers/json?all=1&filters=${filters}`));
  const volumes = VolumesSchema.parse(await raw('GET', `/volumes?filters=${filters}`));
  return {
    machines: containers.map(({ Id }) => Id),
    volumes: (volumes.Volumes ?? []).map(({ Name }) => Name),
  };
}
