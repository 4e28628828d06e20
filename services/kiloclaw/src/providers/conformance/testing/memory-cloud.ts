/** A cloud in memory, behind a `fetch`: what a provider is, in as few lines as it takes. */
import { z } from 'zod';
import type { Fetch } from '../../http.ts';

const SizeSchema = z.object({
  cpus: z.int().positive(),
  memory_mb: z.int().positive(),
  cpu_kind: z.enum(['shared', 'performance']),
});
const LabelsSchema = z.record(z.string(), z.string());

const NewMachineSchema = z.object({
  labels: LabelsSchema,
  size: SizeSchema,
  volume: z.string(),
  image: z.string(),
  env: LabelsSchema,
});
const NewVolumeSchema = z.object({ labels: LabelsSchema, size_gb: z.int().positive() });

const ThingSchemas = { machines: NewMachineSchema, volumes: NewVolumeSchema } as const;
type Kind = keyof typeof ThingSchemas;

interface Thing {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  [field: string]: unknown;
}

const PathSchema = z.tuple([z.enum(['machines', 'volumes']), z.string().optional()]);

const refusal = (status: number, error: string) => Response.json({ error }, { status });

/** Machines and volumes by name. A name is taken once; a volume that a machine holds is not deleted. */
export class MemoryCloud {
  readonly token: string;
  readonly machines = new Map<string, Thing>();
  readonly volumes = new Map<string, Thing>();

  constructor(token: string) {
    this.token = token;
  }

  readonly fetch: Fetch = async (url, init) => {
    if (new Headers(init.headers).get('authorization') !== `Bearer ${this.token}`) {
      return refusal(401, 'unauthorized');
    }
    const { pathname, searchParams } = new URL(url);
    const path = PathSchema.safeParse(pathname.slice(1).split('/'));
    if (!path.success) return refusal(404, 'no such route');
    const [kind, name] = path.data;
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : {};
    if (name === undefined) return this.#list(kind, searchParams);
    const thing = this[kind].get(name);
    if (init.method === 'PUT') return this.#make(kind, name, body);
    if (thing === undefined) return refusal(404, 'not found');
    if (init.method === 'PATCH') return this.#change(kind, thing, body);
    if (init.method === 'DELETE') return this.#delete(kind, thing);
    return Response.json(thing);
  };

  /** Those that bear every label of the query. */
  #list(kind: Kind, labels: URLSearchParams): Response {
    const bearsAll = (thing: Thing) => [...labels].every(([key, value]) => thing.labels[key] === value);
    return Response.json({ items: [...this[kind].values()].filter(bearsAll) });
  }

  #make(kind: Kind, name: string, body: unknown): Response {
    if (this[kind].has(name)) return refusal(409, 'name taken');
    const asked = ThingSchemas[kind].safeParse(body);
    if (!asked.success) return refusal(400, 'invalid');
    if ('volume' in asked.data && !this.volumes.has(asked.data.volume)) return refusal(409, 'no such volume');
    const thing = { name, ...asked.data, ...(kind === 'machines' && { power: 'on' }) };
    this[kind].set(name, thing);
    return Response.json(thing, { status: 201 });
  }

  #change(kind: Kind, thing: Thing, body: unknown): Response {
    const changed = { ...thing, ...z.record(z.string(), z.unknown()).parse(body) };
    if (Number(changed.size_gb) < Number(thing.size_gb)) return refusal(409, 'volumes do not shrink');
    this[kind].set(thing.name, changed);
    return Response.json(changed);
  }

  #delete(kind: Kind, { name }: Thing): Response {
    const holders = [...this.machines.values()].filter(({ volume }) => volume === name);
    if (kind === 'volumes' && holders.length > 0) return refusal(409, 'volume in use');
    this[kind].delete(name);
    return new Response(null, { status: 204 });
  }
}
