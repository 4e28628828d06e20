/** What takes Northflank its time, rollouts above all: on a clock that only waiting moves. */
import { describe, expect, it } from 'vitest';
import type { SizeChange } from '../provider.ts';
import { readMark, rolloutOf } from './mark.ts';
import { type Life, MACHINE, PERF_4_8, PLAN_1_4 } from './testing/life.ts';
import { useNorthflank } from './testing/use-northflank.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const SERVICE = 'GET /v1/projects/{project}/services/{service}';
const PATCH = 'PATCH /v1/projects/{project}/services/deployment/{service}';
const RUNNING = { until: 'running', waitMs: 10_000 } as const;
const STOPPED = { until: 'stopped', waitMs: 10_000 } as const;
const SETTLED = { until: 'settled', waitMs: 10_000 } as const;
const LARGER: SizeChange = { size: PERF_4_8, sizeSource: 'tier' };
/** Each phase of a rollout takes its time; the status of before lingers for a second. */
const SLOW = {
  statusLingerMs: 1_000,
  pendingMs: 1_000,
  stagingMs: 1_000,
  startingMs: 1_000,
  terminateMs: 1_000,
  endedContainerMs: 5_000,
};

const clock = new VirtualClock();
const northflank = await useNorthflank(clock);
const provider = () => northflank.provider({ timing: clock.timing });

/** One that runs, at a provider that takes its time from here on. */
async function slowLife(): Promise<Life> {
  const life = await northflank.provisioned(northflank.life(provider()));
  clock.move(60_000);
  await northflank.settings(SLOW);
  return life;
}

/** Waits as an operation does: again and again, with a pause in between. */
async function untilSettled(life: Life, wait: Parameters<Life['observe']>[0]) {
  for (let round = 0; round < 5; round += 1) {
    const seen = await life.observe(wait);
    if (seen?.state !== 'transient') return seen;
    clock.move(1_000);
  }
  throw new Error('it never settled');
}

async function planOfContainers() {
  const { services } = await northflank.state();
  return services[0]?.containers.filter(({ status }) => status === 'TASK_RUNNING').map(({ plan }) => plan);
}

describe('another plan on a running machine', () => {
  it('is not there while the status of before is still shown', async () => {
    const life = await slowLife();
    await life.changeMachineSize(LARGER);
    // The word is "completed", and the plan is the new one: the container is the old one.
    expect((await northflank.state()).services).toMatchObject([
      { status: { deployment: { status: 'COMPLETED' } }, billing: { deploymentPlan: 'nf-compute-400' } },
    ]);
    expect(await planOfContainers()).toEqual(['nf-compute-100-4']);
    expect(await life.observe()).toMatchObject({ state: 'transient' });
  });

  it.each([RUNNING, SETTLED])('is there when it has been rolled out: $until', async (wait) => {
    const life = await slowLife();
    await life.changeMachineSize(LARGER);
    expect(await untilSettled(life, wait)).toMatchObject({
      state: 'running',
      size: PERF_4_8,
      sizeSource: 'tier',
    });
    expect(await planOfContainers()).toEqual(['nf-compute-400']);
    expect(await life.observe()).toMatchObject({ state: 'running' });
  });

  it('is waited for with a few calls', async () => {
    const life = await slowLife();
    await life.changeMachineSize(LARGER);
    await northflank.resetCounters();
    await untilSettled(life, RUNNING);
    const { [SERVICE]: looks = 0 } = await northflank.counters();
    expect(looks).toBeGreaterThan(2);
    expect(looks).toBeLessThanOrEqual(5);
  });

  it('keeps everything else of the machine', async () => {
    const life = await slowLife();
    await life.changeMachineSize({ ...LARGER, sizeSource: 'override' });
    expect(await untilSettled(life, RUNNING)).toMatchObject({
      sizeSource: 'override',
      configurationFingerprint: MACHINE.configurationFingerprint,
    });
    expect((await northflank.state()).services).toMatchObject([
      { runtimeEnvironment: MACHINE.env, deployment: { external: { imagePath: 'team/app:v1' } } },
    ]);
  });

  it('whose answer is lost is not taken for done either: what was before stands beside it', async () => {
    const life = await slowLife();
    await northflank.fault({ route: PATCH, kind: 'lose_answer' });
    await expect(life.changeMachineSize(LARGER)).rejects.toMatchObject({ kind: 'ambiguous' });
    expect(await life.observe()).toMatchObject({ state: 'transient' });
    await northflank.resetCounters();
    await life.changeMachineSize(LARGER);
    expect(await northflank.counters()).toEqual({ [SERVICE]: 1 });
    expect(await life.observe()).toMatchObject({ state: 'transient' });
    expect(await untilSettled(life, RUNNING)).toMatchObject({ state: 'running', size: PERF_4_8 });
  });

  it('is not there while a read shows the service as it was before the change', async () => {
    let snapshot: string | null = null;
    const late = northflank.provider({
      timing: clock.timing,
      through: (fetch) => async (url, init) => {
        const response = await fetch(url, init);
        const isService = init.method === 'GET' && /\/services\/[^/]+$/.test(new URL(url).pathname);
        if (!isService) return response;
        const text = await response.text();
        snapshot ??= text;
        return new Response(snapshot, { status: response.status });
      },
    });
    const life = await northflank.provisioned(northflank.life(late));
    snapshot = null;
    await life.changeMachineSize(LARGER);
    expect(await life.observe(RUNNING)).toMatchObject({ state: 'transient', size: PLAN_1_4 });
    snapshot = null;
    expect(await life.observe(RUNNING)).toMatchObject({ state: 'running', size: PERF_4_8 });
  });

  it('asked for once more, with another reason, keeps what was before', async () => {
    const life = await slowLife();
    await life.changeMachineSize(LARGER);
    const told = async () => rolloutOf(readMark((await northflank.state()).services[0]?.description ?? null));
    const before = await told();
    clock.move(500);
    await life.changeMachineSize({ ...LARGER, sizeSource: 'override' });
    expect(await told()).toEqual(before);
    expect(before).not.toBeNull();
    expect(await life.observe()).toMatchObject({ state: 'transient' });
  });

  it('that fails says so, and not that the one before does', async () => {
    const life = await slowLife();
    await northflank.settings({ rollouts: 'fail' });
    await life.changeMachineSize(LARGER);
    expect(await life.observe()).toMatchObject({ state: 'transient' });
    expect(await untilSettled(life, RUNNING)).toMatchObject({ state: 'failed' });
  });

  it('that finds no room stays on its way', async () => {
    const life = await slowLife();
    await northflank.settings({ capacity: { 'us-east1': { vcpu: 2, ramMb: 8_192 } } });
    await life.changeMachineSize(LARGER);
    for (let minute = 0; minute < 5; minute += 1) {
      expect(await life.observe(SETTLED)).toMatchObject({ state: 'transient' });
      clock.move(60_000);
    }
  });

  it('that is refused for want of room has changed nothing', async () => {
    const life = await slowLife();
    await northflank.settings({ withoutRoom: 'refuse', capacity: { 'us-east1': { vcpu: 2, ramMb: 8_192 } } });
    await expect(life.changeMachineSize(LARGER)).rejects.toMatchObject({ kind: 'host_full' });
    expect(await life.observe()).toMatchObject({ state: 'running', size: PLAN_1_4 });
  });

  it('is believed at last where the provider’s clock of it stands still', async () => {
    const life = await slowLife();
    await life.changeMachineSize(LARGER);
    await untilSettled(life, RUNNING);
    const later = (clock.nowMs() + 3_600_000).toString(36);
    const description = (await northflank.state()).services[0]?.description ?? '';
    await northflank.changeService(life, {
      description: description.replace(/ rollout \w+/, ` rollout ${later}`),
    });
    expect(await life.observe()).toMatchObject({ state: 'transient' });
    clock.move(15 * 60_000);
    expect(await life.observe()).toMatchObject({ state: 'running' });
  });
});

describe('another plan on a machine at rest', () => {
  it('leaves it at rest, and starts it on that', async () => {
    const life = await slowLife();
    await life.stop();
    expect(await untilSettled(life, STOPPED)).toMatchObject({ state: 'stopped' });
    await life.changeMachineSize(LARGER);
    expect(await life.observe(SETTLED)).toMatchObject({ state: 'stopped', size: PERF_4_8 });
    await life.start();
    expect(await untilSettled(life, RUNNING)).toMatchObject({ state: 'running', size: PERF_4_8 });
    expect(await planOfContainers()).toEqual(['nf-compute-400']);
  });
});

describe('a start', () => {
  it('is over when a container runs, and not while the status of before says so', async () => {
    const life = await slowLife();
    await life.stop();
    await untilSettled(life, STOPPED);
    await life.start();
    expect((await northflank.state()).services).toMatchObject([
      { status: { deployment: { status: 'COMPLETED' } } },
    ]);
    expect(await life.observe({ ...RUNNING, waitMs: 0 })).toMatchObject({ state: 'transient' });
    expect(await untilSettled(life, RUNNING)).toMatchObject({ state: 'running' });
    expect(await planOfContainers()).toEqual(['nf-compute-100-4']);
  });

  it('is not over while the only container is one that ends', async () => {
    const life = await slowLife();
    await northflank.changeService(life, { containerStatus: 'TASK_KILLING' });
    expect(await life.observe({ ...RUNNING, waitMs: 0 })).toMatchObject({ state: 'transient' });
  });

  it('after a failure is not failed before it has begun', async () => {
    const life = await slowLife();
    await life.stop();
    await untilSettled(life, STOPPED);
    await northflank.changeService(life, { status: 'FAILED' });
    await life.start();
    expect(await untilSettled(life, RUNNING)).toMatchObject({ state: 'running' });
  });

  it('that fails is failed', async () => {
    const life = await slowLife();
    await life.stop();
    await untilSettled(life, STOPPED);
    await northflank.settings({ rollouts: 'fail' });
    await life.start();
    expect(await untilSettled(life, RUNNING)).toMatchObject({ state: 'failed' });
  });
});

describe('a stop', () => {
  it('is over when the container has ended, and not as soon as it was asked for', async () => {
    const life = await slowLife();
    await life.stop();
    expect(await life.observe({ ...STOPPED, waitMs: 0 })).toMatchObject({ state: 'transient' });
    expect(await untilSettled(life, STOPPED)).toMatchObject({ state: 'stopped' });
    expect(await planOfContainers()).toEqual([]);
  });
});

describe('a deletion', () => {
  it('is over when the machine is gone, so that the next one of its name is another one', async () => {
    const life = await slowLife();
    await northflank.settings({ serviceDeleteMs: 1_500 });
    await life.deleteMachine(life.text('machineId'));
    expect(await life.observe()).toBeNull();
    await life.createMachine();
    expect(await untilSettled(life, RUNNING)).toMatchObject({ state: 'running' });
  });

  it('that takes long is asked for again', async () => {
    const life = await slowLife();
    await northflank.settings({ serviceDeleteMs: 60_000 });
    for (let round = 0; round < 2; round += 1) {
      await expect(life.deleteMachine(life.text('machineId'))).rejects.toMatchObject({
        kind: 'precondition',
      });
    }
    clock.move(60_000);
    await life.deleteMachine(life.text('machineId'));
    expect((await northflank.state()).services).toEqual([]);
  });
});

describe('a destroy', () => {
  it('waits for the machine to be gone with its volume, and for both with the project', async () => {
    const life = await slowLife();
    await northflank.settings({ serviceDeleteMs: 60_000, volumeDeleteMs: 60_000 });
    for (let round = 0; round < 2; round += 1) {
      await life.deleteMachines();
      await expect(life.deleteVolumes()).rejects.toMatchObject({ kind: 'precondition' });
      expect(await life.owned()).toHaveLength(2);
    }
    clock.move(60_000);
    await life.deleteVolumes();
    await expect(life.deleteHome()).rejects.toMatchObject({ kind: 'precondition' });
    expect(await life.owned()).toHaveLength(1);
    clock.move(60_000);
    await life.deleteHome();
    expect(await life.owned()).toEqual([]);
    expect(await northflank.state()).toMatchObject({ projects: [], services: [], volumes: [] });
  });
});

describe('words that are not known', () => {
  it('are no state', async () => {
    const life = await slowLife();
    await northflank.changeService(life, { status: 'HIBERNATING' });
    expect(await life.observe()).toMatchObject({ state: 'unknown', size: PLAN_1_4 });
    expect(await life.observe(RUNNING)).toMatchObject({ state: 'unknown' });
  });

  it('are no size: a plan that is not in the list', async () => {
    const life = await slowLife();
    await northflank.changeService(life, { plan: 'nf-gpu-1' });
    expect(await life.observe()).toMatchObject({ state: 'running', size: null, nominalSize: null });
  });

  it('are no plan that somebody else has chosen: it is told as it is', async () => {
    const life = await slowLife();
    await northflank.changeService(life, { plan: 'nf-compute-200-8' });
    const size = { cpus: 2, memory_mb: 8_192, cpu_kind: 'performance' };
    expect(await life.observe()).toMatchObject({ state: 'running', size, nominalSize: size });
  });
});
