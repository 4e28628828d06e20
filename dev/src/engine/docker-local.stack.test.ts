import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildDemoImage, DEMO_IMAGE } from './demo-image.ts';
import { DockerLocalRig, type Provisioned, SPEC, VOLUME } from './testing/docker-local-rig.ts';
import { obtainEngine } from './testing/obtain-engine.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/engine', import.meta.url));

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('docker-local on a real engine', () => {
  const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;
  const rig = new DockerLocalRig(address);
  const { provider, fleetId } = rig;

  beforeAll(() => buildDemoImage(address, { cacheDir: CACHE }));
  afterEach(() => rig.cleanUp());
  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  it('makes perf-1-3 with its limits, labels, volume and a port on the loopback', async () => {
    const made = await rig.provisioned();
    const { tags, resources } = made;
    const { json } = await rig.raw('GET', `/containers/${tags.sandboxId}/json`);
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
    expect(await rig.page(made)).toEqual({ cpus: 1, memory_mb: 3072, starts: 1, data: ['starts.log'] });
  });

  it('tells what runs, of which size and built from what', async () => {
    const { tags, resources } = await rig.provisioned();
    expect(await rig.observe({ tags, resources }, 'running')).toEqual({
      machineId: resources.machineId,
      state: 'running',
      size: SPEC.size,
      sizeSource: 'tier',
      configurationFingerprint: 'first',
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[0-9]+$/),
      mountedVolumeId: resources.volumeName,
      outOfMemoryAtMs: null,
    });
    expect(await provider.observeVolume(tags, resources)).toEqual({
      volumeId: resources.volumeName,
      sizeGb: null,
    });
    expect(await provider.observeMachine(tags, { ...resources, machineId: 'f'.repeat(64) })).toBeNull();
  });

  it('keeps the data over stop and start', async () => {
    const made = await rig.provisioned();
    expect((await rig.page(made)).starts).toBe(1);
    await rig.stop(made);
    await provider.startMachine(made.tags, made.resources);
    expect((await rig.page(made)).starts).toBe(2);
  });

  it('keeps the data when a machine is replaced, and gives it the new configuration', async () => {
    const made = await rig.provisioned();
    await rig.page(made);
    await rig.stop(made);
    await provider.deleteMachines(made.tags, made.resources);
    expect(await provider.findMachine(made.tags, made.resources)).toBeNull();
    const anew = { ...SPEC, configurationFingerprint: 'second', env: { GREETING: 'hello again' } };
    const machine = await provider.createMachine(made.tags, made.resources, anew);
    const replaced = { tags: made.tags, resources: { ...made.resources, ...machine } };
    expect((await rig.page(replaced)).starts).toBe(2);
    const seen = await provider.observeMachine(replaced.tags, replaced.resources);
    expect(seen?.configurationFingerprint).toBe('second');
  });

  it('gives a stopped machine another size, down to the control group, and back', async () => {
    const made = await rig.provisioned();
    await rig.stop(made);
    for (const size of [{ cpus: 2, memory_mb: 8192, cpu_kind: 'performance' }, SPEC.size] as const) {
      await provider.updateMachine(made.tags, made.resources, { ...SPEC, size });
      const seen = await provider.observeMachine(made.tags, made.resources);
      expect(seen).toMatchObject({ state: 'stopped', size });
      await provider.startMachine(made.tags, made.resources);
      expect(await rig.page(made)).toMatchObject({ cpus: size.cpus, memory_mb: size.memory_mb });
      await rig.stop(made);
    }
  });

  it('raises a running machine live, down to the control group, and then says nothing of where its size came from', async () => {
    const made = await rig.provisioned();
    const { tags, resources } = made;
    expect((await rig.page(made)).starts).toBe(1);
    const process = async () => {
      const { State, RestartCount } = (await rig.raw('GET', `/containers/${tags.sandboxId}/json`)).json;
      return { pid: State.Pid, startedAt: State.StartedAt, restarts: RestartCount };
    };
    const before = await process();
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
    expect(await rig.page(made)).toMatchObject({ cpus: 2, memory_mb: 8192, starts: 1 });
    expect(await process()).toEqual(before);
    await rig.stop(made);
    await provider.changeMachineSize(tags, resources, { size: SPEC.size, sizeSource: 'tier' });
    expect(await provider.observeMachine(tags, resources)).toMatchObject({
      state: 'stopped',
      size: SPEC.size,
      sizeSource: 'tier',
    });
  });

  it('deletes one machine and one volume of an instance, and never one of its neighbour', async () => {
    const made = await rig.provisioned();
    const neighbour = await rig.provisioned();
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
    const made = await rig.provisioned();
    const { tags, resources } = made;
    expect(await provider.createVolume(tags, resources, VOLUME)).toMatchObject({
      volumeName: resources.volumeName,
    });
    expect(await provider.createMachine(tags, resources, SPEC)).toMatchObject({
      machineId: resources.machineId,
    });
    expect((await rig.page(made)).starts).toBe(1);
    await provider.startMachine(tags, resources);
    await rig.stop(made);
    await rig.stop(made);
    for (let time = 1; time <= 2; time += 1) {
      await provider.deleteMachines(tags, resources);
      await provider.deleteVolumes(tags, resources);
    }
    await provider.stopMachine(tags, resources);
    expect(await provider.observeMachine(tags, resources)).toBeNull();
  });

  it('finds machine and volume again by name and labels alone', async () => {
    const { tags, resources } = await rig.provisioned();
    const { machineId, volumeName } = resources;
    expect(await provider.findMachine(tags, {})).toMatchObject({ machineId });
    expect(await provider.findVolume(tags, {})).toEqual({ volumeName });
    await rig.raw('POST', `/containers/${machineId}/rename?name=renamed-${tags.sandboxId}`);
    expect(await provider.findMachine(tags, {})).toMatchObject({ machineId });
  });

  it('leaves nothing of a destroyed instance, and all of its neighbour', async () => {
    const made = await rig.provisioned();
    const neighbour = await rig.provisioned();
    const inUse = await provider.deleteVolumes(made.tags, made.resources).catch((error: unknown) => error);
    expect(inUse).toMatchObject({ kind: 'precondition' });

    await provider.deleteMachines(made.tags, made.resources);
    await provider.deleteVolumes(made.tags, made.resources);
    expect(await provider.listOwned(made.tags, made.resources)).toEqual([]);
    expect((await rig.raw('GET', `/containers/${made.tags.sandboxId}/json`)).status).toBe(404);
    expect((await rig.raw('GET', `/volumes/${made.resources.volumeName}`)).status).toBe(404);

    const { instanceId } = neighbour.tags;
    expect(await provider.listFleet(fleetId)).toEqual([
      { kind: 'machine', id: neighbour.resources.machineId, instanceId },
      { kind: 'volume', id: neighbour.resources.volumeName, instanceId },
    ]);
  });

  it('refuses a foreign container and a foreign volume of our name, and leaves both alone', async () => {
    const tags = rig.instance();
    const named = provider.nameResources(tags);
    const foreign = await rig.raw('POST', `/containers/create?name=${named.containerName}`, {
      Image: DEMO_IMAGE,
    });
    onTestFinished(async () => void (await rig.raw('DELETE', `/containers/${foreign.json.Id}?force=1`)));
    await provider.createVolume(tags, named, VOLUME);
    await expect(provider.createMachine(tags, named, SPEC)).rejects.toThrow(/is not this instance's/);
    await expect(provider.findMachine(tags, named)).rejects.toThrow(/is not this instance's/);
    await provider.deleteMachines(tags, named);
    expect((await rig.raw('GET', `/containers/${foreign.json.Id}/json`)).json.State.Status).toBe('created');

    const other = rig.instance();
    const { volumeName } = provider.nameResources(other);
    await rig.raw('POST', '/volumes/create', { Name: volumeName });
    onTestFinished(async () => void (await rig.raw('DELETE', `/volumes/${volumeName}`)));
    await expect(provider.createVolume(other, {}, VOLUME)).rejects.toThrow(/is not this instance's/);
    await expect(provider.createMachine(other, {}, SPEC)).rejects.toThrow(/is not this instance's/);
    await provider.deleteVolumes(other, {});
    expect((await rig.raw('GET', `/volumes/${volumeName}`)).status).toBe(200);
  });

  it('tells when a machine was killed for want of memory, and of none that was not', async () => {
    const hungry = 'kiloclaw-hungry:latest';
    const made = await rig.provisioned();
    expect((await rig.observe(made, 'running'))?.outOfMemoryAtMs).toBeNull();
    const [repo = '', tag = ''] = hungry.split(':');
    const changes = 'CMD ["/bin/sh","-c","tail /dev/zero"]';
    const query = new URLSearchParams({ container: made.tags.sandboxId, repo, tag, changes });
    expect((await rig.raw('POST', `/commit?${query}`)).status).toBe(201);
    onTestFinished(async () => void (await rig.raw('DELETE', `/images/${hungry}?force=1`)));
    const beganAt = Date.now();
    const size = { ...SPEC.size, memory_mb: 64 };
    const killed = await rig.provisioned({ ...SPEC, image: hungry, size });
    const seen = await rig.observe(killed, 'stopped');
    expect(seen).toMatchObject({ state: 'stopped', outOfMemoryAtMs: expect.any(Number) });
    // The engine's clock tells more than milliseconds.
    expect(seen?.outOfMemoryAtMs).toBeGreaterThanOrEqual(beganAt - 1);
    expect(seen?.outOfMemoryAtMs).toBeLessThanOrEqual(Date.now() + 1);
    await rig.cleanUp();
  });

  it('never makes an empty volume in the place of a missing one', async () => {
    const tags = rig.instance();
    const refusal = await provider.createMachine(tags, {}, SPEC).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ kind: 'not_found' });
    expect(await provider.findVolume(tags, {})).toBeNull();
  });

  it('refuses what this host lacks, with both numbers, and gives what it has when it may clamp', async () => {
    const { json: info } = await rig.raw('GET', '/info');
    const hostMemoryMb = Math.floor(info.MemTotal / 1_048_576);
    const asked = { cpus: info.NCPU + 1, memory_mb: hostMemoryMb + 1, cpu_kind: 'performance' } as const;
    const refusal = await provider.fitSize(asked).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      kind: 'host_too_small',
      message: expect.stringContaining(`${hostMemoryMb} MB`),
      facts: { details: { host: { cpus: info.NCPU, memory_mb: hostMemoryMb } } },
    });
    const clamping = rig.providerWith({ clamp: true });
    expect(await clamping.fitSize(asked)).toEqual({ ...asked, cpus: info.NCPU, memory_mb: hostMemoryMb });
    expect(await provider.fitSize(SPEC.size)).toEqual(SPEC.size);
  });
});
