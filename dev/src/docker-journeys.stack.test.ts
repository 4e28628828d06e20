import { fileURLToPath } from 'node:url';
import type { PlatformClient } from '@kiloclaw/platform-contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EngineUnavailable } from './engine/engine-unavailable.ts';
import { callEngine } from './engine/testing/obtain-engine.ts';
import { type PrivateEngine, startPrivateEngine } from './engine/testing/private-engine.ts';
import { act, debugView, newTarget, type Target } from './testing/fleet.ts';
import { ADMIN, changeHardware, planOf, refusalOf } from './testing/hardware.ts';
import { makeStackFolder, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const WAIT_S = 60;
const CACHE = fileURLToPath(new URL('../../.cache/engine', import.meta.url));
const BYTES_PER_MB = 1_048_576;
/** Fewer than perf-4-8 asks for, on any machine that runs this. */
const HOST_CPUS = 2;
const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;
const PERF_4_8_BYTES = 8_589_934_592;
const PERF_1_3_LIMITS = { Memory: 3_221_225_472, NanoCpus: 1_000_000_000 };

/** Always an engine of our own: the machine's may have any number of CPUs. */
async function smallEngine(): Promise<PrivateEngine | string> {
  try {
    return await startPrivateEngine({ cacheDir: CACHE, cpuCount: HOST_CPUS });
  } catch (error) {
    if (error instanceof EngineUnavailable) return error.message;
    throw error;
  }
}

const engine = await smallEngine();
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('changes of hardware on a container engine with two CPUs', () => {
  const socketPath =
    typeof engine !== 'string' && 'socketPath' in engine.address ? engine.address.socketPath : '';
  const ask = (path: string) => callEngine({ socketPath }, 'GET', path);
  let folder: StackFolder;
  let stack: StackProcess;
  let hostMemoryMb: number;
  const made: { client: PlatformClient; target: Target }[] = [];

  async function start(env: Record<string, string>): Promise<PlatformClient> {
    folder = await makeStackFolder();
    stack = new StackProcess({ folder, env: { DOCKER_HOST: `unix://${socketPath}`, ...env } });
    return (await stack.ready()).client;
  }

  beforeAll(async () => {
    const { json } = await ask('/info');
    expect(json.NCPU).toBe(HOST_CPUS);
    hostMemoryMb = Math.floor(json.MemTotal / BYTES_PER_MB);
  });

  afterEach(async () => {
    for (const { client, target } of made.splice(0)) await act(client, 'destroy', target);
    await stack.killEverything();
    await folder.remove();
  }, MINUTE_MS);

  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  async function running(client: PlatformClient): Promise<Target> {
    const target = newTarget('docker-customer');
    made.push({ client, target });
    const body = { ...target, provider: 'docker-local', instanceType: 'perf-1-3' } as const;
    expect((await client.call('provision', body, { waitS: WAIT_S })).status).toBe(201);
    expect((await containerOf(client, target)).limits).toEqual(PERF_1_3_LIMITS);
    return target;
  }

  async function containerOf(client: PlatformClient, target: Target) {
    const { json } = await ask(`/containers/${(await debugView(client, target)).sandboxId}/json`);
    const { Memory, NanoCpus } = json.HostConfig;
    return { id: json.Id, startedAt: json.State.StartedAt, limits: { Memory, NanoCpus } };
  }

  it(
    'are refused with both numbers, before anything has changed',
    async () => {
      const client = await start({});
      const target = await running(client);
      const before = await containerOf(client, target);
      const asked = { cpus: 4, memory_mb: 8192 };
      const expected = {
        status: 422,
        code: 'host_too_small',
        message: expect.stringMatching(
          /This host has 2 CPUs and \d+ MB of RAM, .*asks for 4 CPUs and 8192 MB/,
        ),
        details: { asked, host: { cpus: HOST_CPUS, memory_mb: hostMemoryMb } },
      };
      const loan = { ...target, actor: ADMIN, preset: 'perf-4-8', reason: 'out of memory' } as const;
      expect(await refusalOf(client.call('setSizeOverride', { ...loan, apply: 'now' }))).toMatchObject(
        expected,
      );
      const resize = { ...target, targetTier: 'perf-4-8' } as const;
      expect(await refusalOf(client.call('resize', { ...resize, apply: 'now' }))).toMatchObject(expected);
      expect(await containerOf(client, target)).toEqual(before);
      await act(client, 'stop', target);
      expect(await refusalOf(client.call('resize', resize))).toMatchObject(expected);
      await act(client, 'start', target);
      expect((await containerOf(client, target)).limits).toEqual(PERF_1_3_LIMITS);
      expect(await debugView(client, target)).toMatchObject({ instanceType: 'perf-1-3', sizeOverride: null });

      const disk = await refusalOf(client.call('extendVolume', { ...target, targetSizeGb: 20 }));
      expect(disk).toMatchObject({ status: 422, code: 'provider_unsupported' });
      expect(disk.message).toMatch(/^[A-Z][^{}]+\.$/);
    },
    3 * MINUTE_MS,
  );

  describe('where the host gives what it has', () => {
    /** CPUs and RAM are cut each by itself: RAM that the host has is given whole. */
    const given = () => {
      const memoryBytes = Math.min(PERF_4_8_BYTES, hostMemoryMb * BYTES_PER_MB);
      return {
        limits: { Memory: memoryBytes, NanoCpus: HOST_CPUS * 1_000_000_000 },
        size: { ...PERF_4_8, cpus: HOST_CPUS, memory_mb: memoryBytes / BYTES_PER_MB },
      };
    };

    const expectClamped = async (client: PlatformClient, target: Target, source: 'tier' | 'override') => {
      const { limits, size } = given();
      expect((await containerOf(client, target)).limits).toEqual(limits);
      const view = await debugView(client, target);
      expect(view).toMatchObject({
        status: 'running',
        effectiveSize: PERF_4_8,
        applied: { asked: PERF_4_8, given: size, source, shortfall: 'clamped' },
        drift: [{ kind: 'clamped', details: { asked: PERF_4_8, given: size } }],
        pendingRestart: false,
        volumeSizeGb: null,
      });
      expect(view.whyThisSize.sentence).toContain(
        `but the machine runs on 2 CPUs / ${size.memory_mb} MB: the host has no more.`,
      );
    };

    it(
      'a customer grows, and it is shown what was asked and what was given',
      async () => {
        const client = await start({ DOCKER_LOCAL_CLAMP: 'true' });
        const target = await running(client);
        const resize = { ...target, actor: ADMIN, targetTier: 'perf-4-8' } as const;
        expect(await refusalOf(client.call('resize', resize))).toMatchObject({
          code: 'instance_not_stopped',
        });
        await act(client, 'stop', target);
        expect(await planOf(client, 'resize', resize)).toMatchObject({
          allowed: true,
          before: { volumeSizeGb: null },
          after: { instanceType: 'perf-4-8', machineSize: PERF_4_8, volumeSizeGb: null },
          effectiveSize: PERF_4_8,
          givenSize: given().size,
          irreversible: [],
        });
        const { result } = await changeHardware(client, 'resize', resize);
        expect(result).toMatchObject({
          newTier: 'perf-4-8',
          previous: { volumeSizeGb: null },
          current: { machineSize: PERF_4_8, volumeSizeGb: null },
        });
        await act(client, 'start', target);
        await expectClamped(client, target, 'tier');
        expect((await client.call('status', target)).body).toMatchObject({
          instanceType: 'perf-4-8',
          machineSize: PERF_4_8,
          volumeSizeGb: null,
        });
      },
      3 * MINUTE_MS,
    );

    it(
      'a rescue raises the running container, its end restarts it, and a sale ends it too',
      async () => {
        const client = await start({ DOCKER_LOCAL_CLAMP: 'true' });
        const target = await running(client);
        const before = await containerOf(client, target);
        const status = (await client.call('status', target)).body;
        const loan = { ...target, actor: ADMIN, preset: 'perf-4-8', reason: 'out of memory' } as const;

        await changeHardware(client, 'setSizeOverride', loan);
        expect(await containerOf(client, target)).toEqual(before);
        expect((await debugView(client, target)).pendingRestart).toBe(true);
        const lent = await changeHardware(client, 'setSizeOverride', { ...loan, apply: 'now' });
        expect(lent.result).toMatchObject({ effectiveSize: PERF_4_8, pendingRestart: false });
        expect(await containerOf(client, target)).toEqual({ ...before, limits: given().limits });
        await expectClamped(client, target, 'override');
        expect((await client.call('status', target)).body).toEqual(status);

        await changeHardware(client, 'clearSizeOverride', { ...target, actor: ADMIN, apply: 'now' });
        const after = await containerOf(client, target);
        expect(after.limits).toEqual(PERF_1_3_LIMITS);
        expect(after.startedAt).not.toBe(before.startedAt);
        expect(await debugView(client, target)).toMatchObject({ drift: [], sizeOverride: null });

        await changeHardware(client, 'setSizeOverride', { ...loan, apply: 'now' });
        await act(client, 'stop', target);
        const { result } = await changeHardware(client, 'resize', { ...target, targetTier: 'perf-4-8' });
        expect(result).toMatchObject({ newTier: 'perf-4-8', clearedOverride: { preset: 'perf-4-8' } });
        await act(client, 'start', target);
        await expectClamped(client, target, 'tier');
      },
      3 * MINUTE_MS,
    );
  });
});
