/**
 * What may be asked of a container engine: the adapter's own calls and nothing else. Reaching an engine
 * equals root on its host, so that method, path, query and body are all parsed, and what is sent on is
 * written anew from what was parsed, never passed through.
 */
import { z } from 'zod';
import { TAG } from '../tags.ts';
import { listeningAddress } from './host-address.ts';

export interface EngineCall {
  readonly method: string;
  /** Path and query, as in a request line. */
  readonly path: string;
  /** '' where there is none. */
  readonly body: string;
}

export type EngineVerdict =
  | { readonly allowed: true; readonly call: EngineCall }
  | { readonly allowed: false; readonly reason: string };

const MAX_BODY_CHARS = 1_000_000;
const MAX_STOP_SECONDS = 600;

const NameSchema = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/);
/** A registry and a name, without tag or digest. */
const RepositorySchema = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._:/-]{0,254}$/);
const TagSchema = z.string().regex(/^([a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}|sha256:[a-f0-9]{64})$/);
const PortSchema = z.string().regex(/^[0-9]{1,5}\/tcp$/);
/** Those below are the system's own. */
const HostPortSchema = z
  .string()
  .regex(/^(102[4-9]|10[3-9][0-9]|1[1-9][0-9]{2}|[2-9][0-9]{3}|[1-9][0-9]{4})$/);
const FlagSchema = z.enum(['0', '1']);
const OwnedLabelsSchema = z
  .record(z.string(), z.string())
  .refine(
    (labels) => labels[TAG.fleetId] !== undefined && labels[TAG.fleetId] !== '',
    `${TAG.fleetId} is missing`,
  );

/** A list asks for a fleet's own, so that it never shows what else the host runs. */
const FiltersSchema = z.string().transform((text, context) => {
  const filters = z
    .strictObject({ label: z.array(z.string().startsWith('kiloclaw_')) })
    .safeParse(parseJson(text));
  const namesFleet = filters.data?.label.some((label) => /^kiloclaw_fleet_id=./.test(label));
  if (filters.success && namesFleet) return JSON.stringify(filters.data);
  context.addIssue({ code: 'custom', message: `has to filter by the label ${TAG.fleetId}` });
  return z.NEVER;
});

const LIMITS = {
  Memory: z.int().positive(),
  MemorySwap: z.int().positive(),
  RestartPolicy: z.strictObject({ Name: z.literal('no') }),
};
const BY_NANO_CPUS = { NanoCpus: z.int().positive() };
const BY_QUOTA = { CpuQuota: z.int().positive(), CpuPeriod: z.int().positive() };

/** Strict throughout: what isn't named (Binds, Privileged, namespaces, devices, capabilities) is refused. */
function createContainerSchema(listensOn: string) {
  const binding = z.strictObject({ HostIp: z.literal(listensOn), HostPort: HostPortSchema });
  const mount = z.strictObject({
    Type: z.literal('volume'),
    Source: NameSchema,
    Target: z.string().startsWith('/'),
  });
  const hostConfig = {
    ...LIMITS,
    Mounts: z.array(mount).max(1),
    PortBindings: z.record(PortSchema, z.array(binding).max(1)),
  };
  return z.strictObject({
    Image: z.string().min(1),
    Env: z.array(z.string()),
    Labels: OwnedLabelsSchema,
    ExposedPorts: z.record(PortSchema, z.strictObject({})),
    HostConfig: z.union([
      z.strictObject({ ...hostConfig, ...BY_NANO_CPUS }),
      z.strictObject({ ...hostConfig, ...BY_QUOTA }),
    ]),
  });
}

/** No driver and no options: with them the `local` driver mounts any folder of the host. */
const CreateVolumeSchema = z.strictObject({ Name: NameSchema, Labels: OwnedLabelsSchema });

const UpdateSchema = z.union([
  z.strictObject({ ...LIMITS, ...BY_NANO_CPUS }),
  z.strictObject({ ...LIMITS, ...BY_QUOTA }),
]);

interface AllowedRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  readonly query: z.ZodType<Record<string, string>>;
  readonly body?: z.ZodType;
}

const NO_QUERY = z.strictObject({});
const ONE = '[a-zA-Z0-9][a-zA-Z0-9_.-]*';
/** An image reference, encoded: no part of it can lead elsewhere. */
const IMAGE = `${ONE}((%2F|%3A|%40)${ONE})*`;
const route = (pattern: string) => new RegExp(`^(/v1\\.[0-9]{1,3})?${pattern}$`);

/** `listensOn`: the one address of the host that ports may be published on. */
const allowedRoutes = (listensOn: string): readonly AllowedRoute[] => [
  { method: 'GET', path: route('/version'), query: NO_QUERY },
  { method: 'GET', path: route('/info'), query: NO_QUERY },
  {
    method: 'GET',
    path: route('/containers/json'),
    query: z.strictObject({ all: FlagSchema, filters: FiltersSchema }),
  },
  {
    method: 'POST',
    path: route('/containers/create'),
    query: z.strictObject({ name: NameSchema }),
    body: createContainerSchema(listensOn),
  },
  { method: 'GET', path: route(`/containers/${ONE}/json`), query: NO_QUERY },
  { method: 'POST', path: route(`/containers/${ONE}/start`), query: NO_QUERY },
  {
    method: 'POST',
    path: route(`/containers/${ONE}/stop`),
    query: z.strictObject({
      t: z
        .string()
        .regex(/^[0-9]{1,3}$/)
        .refine((t) => Number(t) <= MAX_STOP_SECONDS),
    }),
  },
  {
    method: 'POST',
    path: route(`/containers/${ONE}/update`),
    query: NO_QUERY,
    body: UpdateSchema,
  },
  {
    method: 'DELETE',
    path: route(`/containers/${ONE}`),
    query: z.strictObject({ force: FlagSchema, v: FlagSchema }),
  },
  { method: 'GET', path: route('/volumes'), query: z.strictObject({ filters: FiltersSchema }) },
  { method: 'POST', path: route('/volumes/create'), query: NO_QUERY, body: CreateVolumeSchema },
  { method: 'GET', path: route(`/volumes/${ONE}`), query: NO_QUERY },
  { method: 'DELETE', path: route(`/volumes/${ONE}`), query: NO_QUERY },
  { method: 'GET', path: route(`/images/${IMAGE}/json`), query: NO_QUERY },
  {
    method: 'POST',
    path: route('/images/create'),
    query: z.strictObject({ fromImage: RepositorySchema, tag: TagSchema }),
  },
];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(reason: string): EngineVerdict {
  return { allowed: false, reason: `refused by the allow-list: ${reason}` };
}

/** Names where it is wrong and never the value: bodies hold env values. */
function whereWrong(error: z.ZodError): string {
  const [issue] = error.issues;
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return [...(issue?.path ?? []), ...keys].join('.') || 'it';
}

export type JudgeEngineCall = (call: EngineCall) => EngineVerdict;

/** A judge of what an engine may be asked whose host is reached at `hostAddress`. */
export function createEngineJudge(hostAddress: string): JudgeEngineCall {
  const routes = allowedRoutes(listeningAddress(hostAddress));
  return (call) => judge(call, routes);
}

/** Whether the engine may be asked this; if so, exactly what to send. Pure. */
function judge({ method, path, body }: EngineCall, routes: readonly AllowedRoute[]): EngineVerdict {
  const queryAt = path.indexOf('?');
  const pathname = queryAt === -1 ? path : path.slice(0, queryAt);
  const found = routes.find((allowed) => allowed.method === method && allowed.path.test(pathname));
  if (found === undefined) return refuse('this method and path are not among the calls that are needed');

  const parameters = [...new URLSearchParams(queryAt === -1 ? '' : path.slice(queryAt + 1))];
  if (new Set(parameters.map(([key]) => key)).size !== parameters.length) {
    return refuse('a query parameter is given twice');
  }
  const query = found.query.safeParse(Object.fromEntries(parameters));
  if (!query.success) return refuse(`the query is not as expected at ${whereWrong(query.error)}`);
  const written = new URLSearchParams(query.data).toString();
  const search = written === '' ? '' : `?${written}`;

  if (found.body === undefined) {
    if (body !== '') return refuse('this call takes no body');
    return { allowed: true, call: { method, path: `${pathname}${search}`, body: '' } };
  }
  if (body.length > MAX_BODY_CHARS) return refuse('the body is too long');
  const parsed = found.body.safeParse(parseJson(body));
  if (!parsed.success) return refuse(`the body is not as expected at ${whereWrong(parsed.error)}`);
  // The engine merges a key that is given twice, where JSON.parse keeps the last: what is sent is what was judged.
  return { allowed: true, call: { method, path: `${pathname}${search}`, body: JSON.stringify(parsed.data) } };
}
