import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildDemoImage, DEMO_IMAGE } from './demo-image.ts';
import { DockerLocalRig, SPEC, VOLUME } from './testing/docker-local-rig.ts';
import { EngineDocumentJudge } from './testing/engine-document.ts';
import { obtainEngine } from './testing/obtain-engine.ts';

// One life, by a client that others wrote and by our adapter: what the engine then tells of it is the same.

const CACHE = fileURLToPath(new URL('../../../.cache/engine', import.meta.url));
const BYTES_PER_MB = 1_048_576;
const LARGER = { cpus: 2, memory_mb: 4096, cpu_kind: 'performance' } as const;

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

interface Life {
  make(): Promise<string>;
  raise(): Promise<unknown>;
  stop(): Promise<unknown>;
  start(): Promise<unknown>;
  remove(): Promise<unknown>;
}

describe.skipIf(typeof engine === 'string')('a life on a real engine', () => {
  const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;
  const rig = new DockerLocalRig(address);

  beforeAll(() => buildDemoImage(address, { cacheDir: CACHE }));
  afterEach(() => rig.cleanUp());
  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  const limits = ({ cpus, memory_mb }: { cpus: number; memory_mb: number }) => ({
    Memory: memory_mb * BYTES_PER_MB,
    MemorySwap: memory_mb * BYTES_PER_MB,
    NanoCpus: cpus * 1_000_000_000,
    RestartPolicy: { Name: 'no' },
  });

  function byDockerode(): Life {
    const docker = new Docker({ ...address, version: 'v1.41' });
    const { fleetId, instanceId, sandboxId } = rig.instance();
    const Labels = { kiloclaw_fleet_id: fleetId, kiloclaw_instance_id: instanceId };
    const Name = `${sandboxId}-data`;
    const container = () => docker.getContainer(sandboxId);
    return {
      async make() {
        await docker.createVolume({ Name, Labels });
        await docker.createContainer({
          name: sandboxId,
          Image: DEMO_IMAGE,
          Env: ['GREETING=hello'],
          Labels,
          ExposedPorts: { '8080/tcp': {} },
          HostConfig: {
            ...limits(SPEC.size),
            Mounts: [{ Type: 'volume', Source: Name, Target: '/data' }],
            PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '27999' }] },
          },
        });
        await container().start();
        return sandboxId;
      },
      raise: () => container().update(limits(LARGER)),
      stop: () => container().stop({ t: 10 }),
      start: () => container().start(),
      async remove() {
        await container().remove({ force: true, v: true });
        await docker.getVolume(Name).remove();
      },
    };
  }

  function byAdapter(): Life {
    const { provider } = rig;
    const tags = rig.instance();
    let resources = provider.nameResources(tags);
    return {
      async make() {
        resources = { ...resources, ...(await provider.createVolume(tags, resources, VOLUME)) };
        resources = { ...resources, ...(await provider.createMachine(tags, resources, SPEC)) };
        return tags.sandboxId;
      },
      raise: () => provider.changeMachineSize(tags, resources, { size: LARGER, sizeSource: 'override' }),
      stop: () => provider.stopMachine(tags, resources),
      start: () => provider.startMachine(tags, resources),
      async remove() {
        await provider.deleteMachines(tags, resources);
        await provider.deleteVolumes(tags, resources);
      },
    };
  }

  /** What matters of a container, without what is its own: ids, times, names, its port. */
  async function seen(name: string) {
    const { json } = await rig.raw('GET', `/containers/${name}/json`);
    const { Memory, MemorySwap, NanoCpus, CpuQuota, RestartPolicy, PortBindings, Mounts, ...host } =
      json.HostConfig;
    const { Status, Running, ExitCode, OOMKilled } = json.State;
    const mounts = [Mounts[0], json.Mounts[0]].map((mount) => JSON.stringify(mount).replaceAll(name, 'NAME'));
    return {
      host: { ...host, Memory, MemorySwap, NanoCpus, CpuQuota, RestartPolicy },
      bindings: Object.entries(PortBindings as Record<string, { HostIp: string }[]>).map(([port, bound]) => [
        port,
        bound.map(({ HostIp }) => HostIp),
      ]),
      mounts,
      state: { Status, Running, ExitCode, OOMKilled },
      restarts: json.RestartCount,
      image: json.Image,
      env: json.Config.Env,
      command: json.Config.Cmd,
      exposed: json.Config.ExposedPorts,
      ports: Object.keys(json.NetworkSettings.Ports),
    };
  }

  async function story(life: Life) {
    const name = await life.make();
    const chapters = [await seen(name)];
    for (const act of [life.raise, life.stop, life.start]) {
      await act();
      chapters.push(await seen(name));
    }
    await life.remove();
    const left = [`/containers/${name}/json`, `/volumes/${name}-data`].map((path) => rig.raw('GET', path));
    return { chapters, left: (await Promise.all(left)).map(({ status }) => status) };
  }

  it('is told in the same way, whether dockerode or our adapter lived it', async () => {
    const theirs = await story(byDockerode());
    const ours = await story(byAdapter());
    expect(ours).toEqual(theirs);
    expect(ours.left).toEqual([404, 404]);
    expect(ours.chapters.map(({ state }) => state.Status)).toEqual([
      'running',
      'running',
      'exited',
      'running',
    ]);
    expect(ours.chapters.map(({ host }) => host.NanoCpus / 1e9)).toEqual([1, 2, 2, 2]);
  });

  it('holds to Docker’s own documents of its API, in what is asked and in what is read', async () => {
    const life = byAdapter();
    rig.exchanges.length = 0;
    await rig.provider.fitSize(SPEC.size);
    await rig.provider.ensureImage(rig.instance(), {}, DEMO_IMAGE);
    await story(life);
    await rig.provider.listFleet(rig.fleetId);
    expect(rig.exchanges.length).toBeGreaterThan(15);
    for (const version of ['1.41', '1.44'] as const) {
      const judge = new EngineDocumentJudge(version);
      expect(rig.exchanges.flatMap((exchange) => judge.judge(exchange))).toEqual([]);
      const inspect = rig.exchanges.find(({ path }) => /containers\/[^/]+\/json$/.test(path));
      const misread = { ...JSON.parse(inspect?.answerText ?? '{}'), Mounts: 'none' };
      expect(inspect && judge.judge({ ...inspect, answerText: JSON.stringify(misread) })).not.toEqual([]);
      const create = rig.exchanges.find(({ path }) => path.includes('/containers/create'));
      const body = JSON.parse(create?.requestText ?? '{}');
      const wrong = [
        { ...body, HostConfig: { ...body.HostConfig, Memroy: 1 } },
        { ...body, Imagge: 'x' },
        { ...body, HostConfig: { ...body.HostConfig, NanoCpus: '1' } },
      ];
      for (const each of wrong) {
        const exchange = { method: 'POST', path: '/containers/create?name=a', status: 201, answerText: '' };
        expect(judge.judge({ ...exchange, requestText: JSON.stringify(each) })).not.toEqual([]);
      }
    }
  });
});
