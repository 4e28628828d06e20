import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEngineFetcher } from '@kiloclaw/control-plane/docker-fetcher';
import { createDockerLocalProvider } from '@kiloclaw/control-plane/docker-local';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildDemoImage, DEMO_IMAGE } from './demo-image.ts';
import { callEngine, obtainEngine } from './testing/obtain-engine.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/engine', import.meta.url));
const HTTP_TRIES = 50;

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('docker-local on a real engine', () => {
  const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;
  const fetcher = createEngineFetcher(address);
  const provider = createDockerLocalProvider({
    fetch: (url, init) => fetcher(new Request(url, init)),
    config: { clamp: false },
    log: () => {},
  });
  const fleetId = randomUUID();
  const SPEC = {
    size: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
    sizeSource: 'tier',
    region: null,
    image: DEMO_IMAGE,
    env: { GREETING: 'hello' },
    mountPath: '/data',
    port: 8080,
    configurationFingerprint: 'first',
  } as const;
  const VOLUME = { sizeGb: null, region: null, machineSize: SPEC.size };

  beforeAll(() => buildDemoImage(address, { cacheDir: CACHE }));
  afterEach(async () => {
    for (const { id, kind } of await provider.listFleet(fleetId)) {
      if (kind === 'machine') await raw('DELETE', `/containers/${id}?force=1`);
    }
    for (const { id } of await provider.listFleet(fleetId)) await raw('DELETE', `/volumes/${id}`);
  });
  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  /** Behind the adapter's back. */
  const raw = (method: string, path: string, body?: object) => callEngine(address, method, path, body);

  function instance() {
    const instanceId = randomUUID();
    const sandboxId = `kc-${instanceId.replaceAll('-', '')}`;
    return { fleetId, instanceId, userId: 'alice', sandboxId };
  }

  async function provisioned() {
    const tags = instance();
    const named = provider.nameResources(tags);
    const volume = await provider.createVolume(tags, named, VOLUME);
    const machine = await provider.createMachine(tags, { ...named, ...volume }, SPEC);
    return { tags, resources: { ...named, ...volume, ...machine } };
  }
  type Provisioned = Awaited<ReturnType<typeof provisioned>>;

  const waitFor = (until: 'running' | 'stopped') => ({ until, waitMs: 10_000 });

  /** What the demo image shows; its server needs a moment after the container runs. */
  async function page({ tags, resources }: Provisioned) {
    const seen = await provider.observeMachine(tags, resources, waitFor('running'));
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(seen?.endpoint ?? '');
        return (await answer.json()) as { cpus: number; memory_mb: number; starts: number; data: string[] };
      } catch (error) {
        if (attempt >= HTTP_TRIES) throw error;
        await sleep(100);
      }
    }
  }

  async function stopped({ tags, resources }: Provisioned) {
    await provider.stopMachine(tags, resources);
    const seen = await provider.observeMachine(tags, resources, waitFor('stopped'));
    expect(seen).toMatchObject({ state: 'stopped', endpoint: null });
  }

  it('makes perf-1-3 with its limits, labels, volume and a port on the loopback', async () => {
    const made = await provisioned();
    const { tags, resources } = made;
    const { json } = await raw('GET', `/containers/${tags.sandboxId}/json`);
    expect(json.Id).toBe(resources.machineId);
    expect(json.HostConfig).toMatchObject({
      Memory: 3_221_225_472,
      MemorySwap: 3_221_225_472,
      NanoCpus: 1_000_000_000,
      RestartPolicy: { Name: 'no' },
      Privileged: false,
    });
    expect(json.Config.Labels).toMatchObject({
      kiloclaw_fleet_id: fleetId,
      kiloclaw_instance_id: tags.instanceId,
      kiloclaw_user_id: 'alice',
      kiloclaw_sandbox_id: tags.sandboxId,
      kiloclaw_size_source: 'tier',
      kiloclaw_configuration: 'first',
      kiloclaw_size: '1x3072',
    });
    expect(json.Mounts).toEqual([
      expect.objectContaining({ Type: 'volume', Name: resources.volumeName, Destination: '/data', RW: true }),
    ]);
    expect(json.NetworkSettings.Ports['8080/tcp'][0].HostIp).toBe('127.0.0.1');
    expect(json.Config.Env).toContain('GREETING=hello');
    expect(await page(made)).toEqual({ cpus: 1, memory_mb: 3072, starts: 1, data: ['starts.log'] });
  });

  it('tells what runs, of which size and built from what', async () => {
    const { tags, resources } = await provisioned();
    expect(await provider.observeMachine(tags, resources, waitFor('running'))).toEqual({
      machineId: resources.machineId,
      state: 'running',
      size: SPEC.size,
      sizeSource: 'tier',
      configurationFingerprint: 'first',
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[0-9]+$/),
      mountedVolumeId: resources.volumeName,
    });
    expect(await provider.observeVolume(tags, resources)).toEqual({
      volumeId: resources.volumeName,
      sizeGb: null,
    });
    expect(await provider.observeMachine(tags, { ...resources, machineId: 'f'.repeat(64) })).toBeNull();
  });

  it('keeps the data over stop and start, and finds the port of each start', async () => {
    const made = await provisioned();
    expect((await page(made)).starts).toBe(1);
    await stopped(made);
    await provider.startMachine(made.tags, made.resources);
    expect((await page(made)).starts).toBe(2);
  });

  it('keeps the data when a machine is replaced, and gives it the new configuration', async () => {
    const made = await provisioned();
    await page(made);
    await stopped(made);
    await provider.deleteMachines(made.tags, made.resources);
    expect(await provider.findMachine(made.tags, made.resources)).toBeNull();
    const anew = { ...SPEC, configurationFingerprint: 'second', env: { GREETING: 'hello again' } };
    const machine = await provider.createMachine(made.tags, made.resources, anew);
    const replaced = { tags: made.tags, resources: { ...made.resources, ...machine } };
    expect((await page(replaced)).starts).toBe(2);
    const seen = await provider.observeMachine(replaced.tags, replaced.resources);
    expect(seen?.configurationFingerprint).toBe('second');
  });

  it('gives a stopped machine another size, down to the control group, and back', async () => {
    const made = await provisioned();
    await stopped(made);
    for (const size of [{ cpus: 2, memory_mb: 8192, cpu_kind: 'performance' }, SPEC.size] as const) {
      await provider.updateMachine(made.tags, made.resources, { ...SPEC, size });
      const seen = await provider.observeMachine(made.tags, made.resources);
      expect(seen).toMatchObject({ state: 'stopped', size });
      await provider.startMachine(made.tags, made.resources);
      expect(await page(made)).toMatchObject({ cpus: size.cpus, memory_mb: size.memory_mb });
      await stopped(made);
    }
  });

  it('raises a running machine live, down to the control group, and then says nothing of where its size came from', async () => {
    const made = await provisioned();
    const { tags, resources } = made;
    expect((await page(made)).starts).toBe(1);
    const size = { cpus: 2, memory_mb: 8192, cpu_kind: 'performance' } as const;
    for (let time = 1; time <= 2; time += 1) {
      const learned = await provider.changeMachineSize(tags, resources, { size, sizeSource: 'override' });
      expect(learned).toMatchObject({ machineId: resources.machineId });
    }
    expect(await provider.observeMachine(tags, resources)).toMatchObject({
      state: 'running',
      size,
      sizeSource: null,
      mountedVolumeId: resources.volumeName,
    });
    expect(await page(made)).toMatchObject({ cpus: 2, memory_mb: 8192, starts: 1 });
    await stopped(made);
    await provider.changeMachineSize(tags, resources, { size: SPEC.size, sizeSource: 'tier' });
    expect(await provider.observeMachine(tags, resources)).toMatchObject({
      state: 'stopped',
      size: SPEC.size,
      sizeSource: 'tier',
    });
  });

  it('deletes one machine and one volume of an instance, and never one of its neighbour', async () => {
    const made = await provisioned();
    const neighbour = await provisioned();
    const { tags, resources } = made;
    const retired = { ...resources, volumeName: `${tags.sandboxId}-retired` };
    await provider.createVolume(tags, retired, VOLUME);
    const nameOf = ({ resources: { volumeName } }: Provisioned) => String(volumeName);
    const idOf = ({ resources: { machineId } }: Provisioned) => String(machineId);
    await expect(provider.deleteMachine(tags, resources, idOf(neighbour))).rejects.toThrow(
      /not this instance's/,
    );
    await expect(provider.deleteVolume(tags, resources, nameOf(neighbour))).rejects.toThrow(
      /not this instance's/,
    );
    await expect(provider.deleteVolume(tags, resources, nameOf(made))).rejects.toThrow(/this instance uses/);
    for (let time = 1; time <= 2; time += 1) {
      await provider.deleteVolume(tags, resources, retired.volumeName);
      await provider.deleteMachine(tags, resources, idOf(made));
    }
    expect(await provider.listOwned(tags, resources)).toEqual([
      { kind: 'volume', id: resources.volumeName, instanceId: tags.instanceId },
    ]);
    expect(await provider.listOwned(neighbour.tags, neighbour.resources)).toHaveLength(2);
  });

  it('does nothing the second time: create, start, stop, delete', async () => {
    const made = await provisioned();
    const { tags, resources } = made;
    expect(await provider.createVolume(tags, resources, VOLUME)).toMatchObject({
      volumeName: resources.volumeName,
    });
    expect(await provider.createMachine(tags, resources, SPEC)).toMatchObject({
      machineId: resources.machineId,
    });
    expect((await page(made)).starts).toBe(1);
    await provider.startMachine(tags, resources);
    await stopped(made);
    await stopped(made);
    for (let time = 1; time <= 2; time += 1) {
      await provider.deleteMachines(tags, resources);
      await provider.deleteVolumes(tags, resources);
    }
    await provider.stopMachine(tags, resources);
    expect(await provider.observeMachine(tags, resources)).toBeNull();
  });

  it('finds machine and volume again by name and labels alone', async () => {
    const { tags, resources } = await provisioned();
    const { machineId, volumeName } = resources;
    expect(await provider.findMachine(tags, {})).toMatchObject({ machineId });
    expect(await provider.findVolume(tags, {})).toEqual({ volumeName });
    await raw('POST', `/containers/${machineId}/rename?name=renamed-${tags.sandboxId}`);
    expect(await provider.findMachine(tags, {})).toMatchObject({ machineId });
  });

  it('leaves nothing of a destroyed instance, and all of its neighbour', async () => {
    const made = await provisioned();
    const neighbour = await provisioned();
    const inUse = await provider.deleteVolumes(made.tags, made.resources).catch((error: unknown) => error);
    expect(inUse).toMatchObject({ kind: 'precondition' });

    await provider.deleteMachines(made.tags, made.resources);
    await provider.deleteVolumes(made.tags, made.resources);
    expect(await provider.listOwned(made.tags, made.resources)).toEqual([]);
    expect((await raw('GET', `/containers/${made.tags.sandboxId}/json`)).status).toBe(404);
    expect((await raw('GET', `/volumes/${made.resources.volumeName}`)).status).toBe(404);

    const { instanceId } = neighbour.tags;
    expect(await provider.listFleet(fleetId)).toEqual([
      { kind: 'machine', id: neighbour.resources.machineId, instanceId },
      { kind: 'volume', id: neighbour.resources.volumeName, instanceId },
    ]);
  });

  it('refuses a foreign container and a foreign volume of our name, and leaves both alone', async () => {
    const tags = instance();
    const named = provider.nameResources(tags);
    const foreign = await raw('POST', `/containers/create?name=${named.containerName}`, {
      Image: DEMO_IMAGE,
    });
    onTestFinished(async () => void (await raw('DELETE', `/containers/${foreign.json.Id}?force=1`)));
    await provider.createVolume(tags, named, VOLUME);
    await expect(provider.createMachine(tags, named, SPEC)).rejects.toThrow(/is not this instance's/);
    await expect(provider.findMachine(tags, named)).rejects.toThrow(/is not this instance's/);
    await provider.deleteMachines(tags, named);
    expect((await raw('GET', `/containers/${foreign.json.Id}/json`)).json.State.Status).toBe('created');

    const other = instance();
    const { volumeName } = provider.nameResources(other);
    await raw('POST', '/volumes/create', { Name: volumeName });
    onTestFinished(async () => void (await raw('DELETE', `/volumes/${volumeName}`)));
    await expect(provider.createVolume(other, {}, VOLUME)).rejects.toThrow(/is not this instance's/);
    await expect(provider.createMachine(other, {}, SPEC)).rejects.toThrow(/is not this instance's/);
    await provider.deleteVolumes(other, {});
    expect((await raw('GET', `/volumes/${volumeName}`)).status).toBe(200);
  });

  it('never makes an empty volume in the place of a missing one', async () => {
    const tags = instance();
    const refusal = await provider.createMachine(tags, {}, SPEC).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ kind: 'not_found' });
    expect(await provider.findVolume(tags, {})).toBeNull();
  });

  it('refuses what this host lacks, with both numbers, and gives what it has when it may clamp', async () => {
    const { json: info } = await raw('GET', '/info');
    const hostMemoryMb = Math.floor(info.MemTotal / 1_048_576);
    const asked = { cpus: info.NCPU + 1, memory_mb: hostMemoryMb + 1, cpu_kind: 'performance' } as const;
    const refusal = await provider.fitSize(asked).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      kind: 'host_too_small',
      message: expect.stringContaining(`${hostMemoryMb} MB`),
      facts: { details: { host: { cpus: info.NCPU, memory_mb: hostMemoryMb } } },
    });
    const clamping = createDockerLocalProvider({
      fetch: (url, init) => fetcher(new Request(url, init)),
      config: { clamp: true },
      log: () => {},
    });
    expect(await clamping.fitSize(asked)).toEqual({ ...asked, cpus: info.NCPU, memory_mb: hostMemoryMb });
    expect(await provider.fitSize(SPEC.size)).toEqual(SPEC.size);
  });

  it('names an image that is neither there nor pullable', async () => {
    const tags = instance();
    const resources = { ...provider.nameResources(tags), ...(await provider.createVolume(tags, {}, VOLUME)) };
    // No registry listens there, so that no network is needed to fail.
    const image = '127.0.0.1:9/absent/image:1';
    const refusal = await provider
      .createMachine(tags, resources, { ...SPEC, image })
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ kind: 'invalid', message: expect.stringContaining(image) });
    expect(await provider.findMachine(tags, resources)).toBeNull();
  });
});
