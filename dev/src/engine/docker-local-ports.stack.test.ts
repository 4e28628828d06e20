import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildDemoImage, DEMO_IMAGE } from './demo-image.ts';
import { DockerLocalRig, PORT_RANGE, type Provisioned, SPEC } from './testing/docker-local-rig.ts';
import { freePortRange } from './testing/free-port-range.ts';
import { obtainEngine } from './testing/obtain-engine.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/engine', import.meta.url));

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('the ports of docker-local on a real engine', () => {
  const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;
  const rig = new DockerLocalRig(address);
  const { provider } = rig;

  beforeAll(() => buildDemoImage(address, { cacheDir: CACHE }));
  afterEach(() => rig.cleanUp());
  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  const endpointOf = async (made: Provisioned) => (await rig.observe(made, 'running'))?.endpoint;

  async function started({ tags, resources }: Provisioned): Promise<Provisioned> {
    return { tags, resources: { ...resources, ...(await provider.startMachine(tags, resources)) } };
  }

  /** Something else on this host that listens there. */
  async function occupy(port: number): Promise<void> {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
  }

  it('stay over stop and start, a change of size, and a replaced machine', async () => {
    const made = await rig.provisioned();
    const endpoint = await endpointOf(made);
    const port = Number(new URL(endpoint ?? '').port);
    expect(made.resources).toMatchObject({ hostPort: port });
    expect(port).toBeGreaterThanOrEqual(PORT_RANGE.first);
    expect(port).toBeLessThanOrEqual(PORT_RANGE.last);

    await rig.stop(made);
    expect(await started(made)).toEqual(made);
    expect(await endpointOf(made)).toBe(endpoint);

    await rig.stop(made);
    const size = { ...SPEC.size, memory_mb: 4096 };
    await provider.changeMachineSize(made.tags, made.resources, { size, sizeSource: 'tier' });
    await started(made);
    expect(await endpointOf(made)).toBe(endpoint);

    await provider.deleteMachines(made.tags, made.resources);
    const anew = await provider.createMachine(made.tags, made.resources, SPEC);
    const replaced = { tags: made.tags, resources: { ...made.resources, ...anew } };
    expect(await endpointOf(replaced)).toBe(endpoint);
    expect(await rig.page(replaced)).toMatchObject({ cpus: 1, memory_mb: 3072 });
  });

  it('are found again with the machine', async () => {
    const { tags, resources } = await rig.provisioned();
    expect(await provider.findMachine(tags, {})).toMatchObject({ hostPort: resources.hostPort });
  });

  it('are never shared, also by those made at the same time in a narrow range', async () => {
    const narrow = rig.providerWith({ portRange: await freePortRange(6) });
    const made = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const tags = rig.instance();
        const volume = await narrow.createVolume(
          tags,
          {},
          { sizeGb: null, region: null, machineSize: SPEC.size },
        );
        const machine = await narrow.createMachine(tags, volume, SPEC);
        return { tags, resources: { ...volume, ...machine } };
      }),
    );
    expect(new Set(made.map(({ resources }) => resources.hostPort)).size).toBe(made.length);
    for (const each of made) expect(await rig.page(each)).toMatchObject({ starts: 1 });
  });

  it('are others where something on the host holds the first choice, at creation and at start', async () => {
    const first = await rig.provisioned();
    const had = Number(first.resources.hostPort);
    await rig.page(first);
    await rig.stop(first);
    await occupy(had);
    const moved = await started(first);
    expect(moved.resources.hostPort).not.toBe(had);
    expect(moved.resources.machineId).not.toBe(first.resources.machineId);
    expect(await endpointOf(moved)).toBe(`http://127.0.0.1:${moved.resources.hostPort}`);
    expect(await rig.page(moved)).toMatchObject({ cpus: 1, memory_mb: 3072, starts: 2 });
    expect(await rig.observe(moved)).toMatchObject({ configurationFingerprint: 'first', sizeSource: 'tier' });
    expect(await provider.listOwned(moved.tags, moved.resources)).toHaveLength(2);

    await provider.deleteMachines(moved.tags, moved.resources);
    const again = await provider.createMachine(moved.tags, { ...moved.resources, hostPort: had }, SPEC);
    expect(again.hostPort).not.toBe(had);
    expect(await rig.page({ tags: moved.tags, resources: { ...moved.resources, ...again } })).toMatchObject({
      starts: 3,
    });
  });

  it('of an engine elsewhere, reached by TCP, are reached at its host', async ({ skip }) => {
    const elsewhere = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    if (elsewhere === undefined || !('socketPath' in address))
      return skip('this machine has no other address');
    const { socketPath } = address;
    const bridge = createServer((client) => {
      const toEngine = connect(socketPath);
      client.on('error', () => toEngine.destroy()).pipe(toEngine);
      toEngine.on('error', () => client.destroy()).pipe(client);
    }).listen(0, elsewhere);
    await once(bridge, 'listening');
    onTestFinished(() => void bridge.close());
    const { port } = bridge.address() as AddressInfo;
    const remote = new DockerLocalRig({ host: elsewhere, port });
    const made = await remote.provisioned();
    onTestFinished(() => remote.cleanUp());
    const endpoint = (await remote.observe(made, 'running'))?.endpoint;
    expect(endpoint).toBe(`http://${elsewhere}:${made.resources.hostPort}`);
    expect(await remote.page(made)).toMatchObject({ starts: 1 });
  });

  it('that an engine has chosen go on to be its choice, until the machine is made anew', async () => {
    const tags = rig.instance();
    const volume = await provider.createVolume(
      tags,
      {},
      { sizeGb: null, region: null, machineSize: SPEC.size },
    );
    const Labels = {
      kiloclaw_fleet_id: tags.fleetId,
      kiloclaw_instance_id: tags.instanceId,
      kiloclaw_size_source: 'tier',
      kiloclaw_configuration: 'first',
    };
    const bytes = SPEC.size.memory_mb * 1_048_576;
    const body = {
      Image: DEMO_IMAGE,
      Labels,
      ExposedPorts: { '8080/tcp': {} },
      HostConfig: {
        Memory: bytes,
        MemorySwap: bytes,
        NanoCpus: 1_000_000_000,
        Mounts: [{ Type: 'volume', Source: volume.volumeName, Target: '/data' }],
        PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      },
    };
    const { json } = await rig.raw('POST', `/containers/create?name=${tags.sandboxId}`, body);
    const older = { tags, resources: { ...volume, machineId: json.Id as string } };
    expect(await provider.findMachine(tags, {})).toEqual({
      containerName: tags.sandboxId,
      machineId: json.Id,
    });
    expect(await started(older)).toEqual(older);
    expect(await rig.page(older)).toMatchObject({ starts: 1 });
    await rig.stop(older);
    await started(older);
    expect(await rig.page(older)).toMatchObject({ starts: 2 });
    await provider.deleteMachines(tags, older.resources);
    expect(await provider.createMachine(tags, older.resources, SPEC)).toMatchObject({
      hostPort: expect.any(Number),
    });
  });
});
