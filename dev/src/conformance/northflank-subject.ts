/** Northflank, real or simulated, as the conformance suite sees it. */
import {
  type Bench,
  type Recorded,
  type RoomFor,
  type Subject,
  Wire,
  type WireCall,
} from '@kiloclaw/control-plane/conformance';
import { createNorthflankProvider } from '@kiloclaw/control-plane/northflank';
import { z } from 'zod';
import { askedOf } from './subject-parts.ts';

type Options = Parameters<typeof createNorthflankProvider>[0];

export interface NorthflankAccess {
  readonly config: Options['config'];
  readonly image: string;
  readonly pace: Subject['pace'];
}

const CALL_TIMEOUT_MS = 30_000;

const CreatedSchema = z.object({ data: z.object({ id: z.string() }) });
const IdsSchema = z.array(z.object({ id: z.string() }));
const DescribedSchema = z.object({ data: z.object({ description: z.string() }) });

const SERVICE = /\/services\/[^/]+$/;
const LISTS = /\/(services|volumes|projects)$/;

/** Where room is asked for. The vendor publishes no texts of refusals: these are words that others would choose. */
const NO_ROOM: Readonly<Record<RoomFor, (call: WireCall) => boolean>> = {
  volume: ({ method, path }) => method === 'POST' && path.endsWith('/volumes'),
  machine: ({ method, path }) => method === 'POST' && path.endsWith('/services/deployment'),
  size: ({ method, path }) => method === 'PATCH' && path.includes('/services/deployment/'),
  growth: ({ method, path }) => method === 'POST' && /\/volumes\/[^/]+$/.test(path),
  start: ({ method, path }) => method === 'PATCH' && path.includes('/services/deployment/'),
};

/** One call past the adapter; undefined for a 404. */
function rawNorthflank({ config: { baseUrl, token, teamId } }: NorthflankAccess) {
  const root = teamId === undefined ? `${baseUrl}/v1` : `${baseUrl}/v1/teams/${teamId}`;
  return async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${root}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`Northflank answered ${answer.status} to ${method} ${path}`);
    return text === '' ? null : JSON.parse(text);
  };
}
type Raw = ReturnType<typeof rawNorthflank>;

/** The suite on Northflank: everything of it in projects of `config.projectPrefix`. */
export function northflankSubject(access: NorthflankAccess): Subject {
  return {
    name: 'northflank',
    ...askedOf(access.image),
    pace: access.pace,
    callsOfALook: 1,
    open: () => openBench(access),
  };
}

function openBench(access: NorthflankAccess): Bench {
  const { config, pace, image } = access;
  const wire = new Wire((url, init) => fetch(url, init));
  const raw = rawNorthflank(access);
  const foreigners: string[] = [];
  const foreigner = async (path: string) => {
    foreigners.push(path);
    return async () => DescribedSchema.safeParse(await raw('GET', path)).data?.data.description === FOREIGN;
  };
  return {
    connect: (timing) =>
      createNorthflankProvider({
        fetch: wire.fetch,
        config,
        log: wire.log,
        timing: {
          firstBackoffMs: pace.pauseMs,
          // Its waits look again after a second and more, which nothing on this machine needs.
          sleep: (durationMs) =>
            new Promise((resolve) => setTimeout(resolve, Math.min(durationMs, pace.pauseMs))),
          ...timing,
        },
      }),
    faults: wire,
    logged: wire.logged,
    secrets: [config.token],
    inventory: (of) => inventoryOf(raw, of),
    tricks: {
      foreignHome: async ({ resources }) => {
        const project = { name: resources.projectName, description: FOREIGN, region: config.region };
        const { data } = CreatedSchema.parse(await raw('POST', '/projects', project));
        return foreigner(`/projects/${data.id}`);
      },
      foreignMachine: async ({ resources }) => {
        const services = `/projects/${resources.projectName}/services`;
        const service = {
          name: resources.serviceName,
          description: FOREIGN,
          billing: { deploymentPlan: 'nf-compute-100-1' },
          deployment: { instances: 0, external: { imagePath: image } },
        };
        const { data } = CreatedSchema.parse(await raw('POST', `${services}/deployment`, service));
        return foreigner(`${services}/${data.id}`);
      },
      // Volumes have no description there: in the instance's own project, the name is the mark.
      foreignVolume: null,
      foreignHold: null,
      strangeState: async () =>
        edited(wire, SERVICE, (service) => ({
          ...service,
          status: { deployment: { status: 'HIBERNATING', lastTransitionTime: new Date().toISOString() } },
        })),
      strangeSize: async () =>
        edited(wire, SERVICE, (service) => ({ ...service, billing: { deploymentPlan: 'nf-quantum-9' } })),
      emptyLists: () =>
        wire.interfere({
          kind: 'edit',
          when: ({ method, path }) => method === 'GET' && LISTS.test(path),
          edit: () => ({ data: [] }),
        }).end,
      noRoom: (what) => {
        const body = {
          error: { status: 409, message: 'There are no resources for this left', id: 'no-room' },
        };
        const { wasMet, end } = wire.interfere({ kind: 'refuse', when: NO_ROOM[what], status: 409, body });
        return { wasRefused: wasMet, end };
      },
      noRoomKinds: {
        volume: 'region_full',
        machine: 'region_full',
        size: 'host_full',
        growth: 'region_full',
        start: 'host_full',
      },
    },
    close: async () => {
      for (const path of foreigners) await raw('DELETE', path);
    },
  };
}

const FOREIGN = 'of somebody else';

const ToldSchema = z.looseObject({ data: z.looseObject({}) });

function edited(wire: Wire, pattern: RegExp, edit: (service: object) => object): () => void {
  return wire.interfere({
    kind: 'edit',
    when: ({ method, path }) => method === 'GET' && pattern.test(path),
    edit: (json) => {
      const told = ToldSchema.parse(json);
      return { ...told, data: edit(told.data) };
    },
  }).end;
}

async function inventoryOf(raw: Raw, { resources }: Recorded) {
  const idsOf = async (key: 'services' | 'volumes') => {
    const told = z
      .looseObject({ data: z.unknown() })
      .optional()
      .parse(await raw('GET', `/projects/${resources.projectName}/${key}?per_page=100`));
    const data = z.union([IdsSchema, z.looseObject({ [key]: IdsSchema })]).parse(told?.data ?? []);
    return (Array.isArray(data) ? data : IdsSchema.parse(data[key])).map(({ id }) => id);
  };
  return { machines: await idsOf('services'), volumes: await idsOf('volumes') };
}
