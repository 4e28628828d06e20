import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InstanceTags } from '../provider.ts';
import { ownerTags } from '../tags.ts';
import { createDockerLocalProvider } from './docker-local-provider.ts';
import { SPEC } from './testing/canned-engine.ts';

interface Made {
  readonly Id: string;
  readonly Labels: Record<string, string>;
  readonly name: string;
  State: 'created' | 'running';
}

const answer = (status: number, body?: unknown) =>
  new Response(body === undefined ? null : JSON.stringify(body), { status });

/** An engine that many share: it binds a port when a container is started, and tells of it in a list before. */
function sharedEngine(isOther: (hostPort: number) => boolean) {
  const containers = new Map<string, Made>();
  let nextId = 1;
  const portOf = ({ Labels }: Made) => Number(Labels.kiloclaw_host_port);

  function create(name: string, body: string): Response {
    const Id = `c${nextId++}`;
    const { Labels } = JSON.parse(body) as Made;
    containers.set(Id, { Id, Labels, name, State: 'created' });
    return answer(201, { Id });
  }

  function start(id: string): Response {
    const container = containers.get(id);
    if (container === undefined) return answer(404, { message: `No such container: ${id}` });
    const port = portOf(container);
    const isHeld = [...containers.values()].some((each) => each.State === 'running' && portOf(each) === port);
    if (isHeld || isOther(port)) return answer(500, { message: `Bind failed: port is already allocated` });
    container.State = 'running';
    return answer(204);
  }

  function serve(method: string, { pathname, searchParams }: URL, body: string): Response {
    const [, kind = '', id = '', verb = ''] = pathname.replace(/^\/v1\.[0-9]+/, '').split('/');
    if (kind === 'version') return answer(200, { ApiVersion: '1.55', MinAPIVersion: '1.40' });
    if (kind === 'info') return answer(200, { NCPU: 2, MemTotal: 4_294_967_296 });
    if (kind === 'volumes') return answer(200, { Name: id, Labels: labelsOf(id.replace('-data', '')) });
    if (id === 'json') return answer(200, [...containers.values()]);
    if (id === 'create') return create(searchParams.get('name') ?? '', body);
    if (verb === 'start') return start(id);
    if (method === 'DELETE') containers.delete(id);
    return answer(204);
  }
  return { serve, containers, portOf };
}

function tagsOf(sandboxId: string): InstanceTags {
  return { fleetId: 'f1', instanceId: `i-${sandboxId}`, userId: 'u1', sandboxId };
}
const labelsOf = (sandboxId: string) => ownerTags(tagsOf(sandboxId));

it('machines made at the same time each find a port of their own, in a range that just holds them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 0, max: 2 }),
      async (scheduler, machines, others) => {
        const first = 28_000;
        const portRange = { first, last: first + machines + others - 1 };
        const engine = sharedEngine((port) => port < first + others);
        const ask = scheduler.scheduleFunction(async (url: string, init: RequestInit) =>
          engine.serve(init.method ?? 'GET', new URL(url), String(init.body ?? '')),
        );
        const provider = createDockerLocalProvider({
          fetch: ask,
          config: { clamp: false, portRange, hostAddress: '127.0.0.1' },
          log: () => {},
          timing: { sleep: async () => {} },
        });
        const made = Promise.all(
          Array.from({ length: machines }, (_, index) =>
            provider.createMachine(tagsOf(`kc-${index}`), {}, SPEC),
          ),
        );
        await scheduler.waitFor(made);
        const ports = (await made).map(({ hostPort }) => hostPort);
        expect(new Set(ports).size).toBe(machines);
        const running = [...engine.containers.values()];
        expect(running.map(({ State }) => State)).toEqual(ports.map(() => 'running'));
        expect(new Set(running.map(engine.portOf))).toEqual(new Set(ports));
      },
    ),
  );
});
