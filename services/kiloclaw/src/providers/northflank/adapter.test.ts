import { afterAll, describe, expect, it } from 'vitest';
import { TAG } from '../tags.ts';
import { readMark } from './mark.ts';
import { failure, kindOf } from './testing/failure.ts';
import { FLEET, TOKEN } from './testing/harness.ts';
import { type Life, MACHINE, PERF_4_8, PLAN_1_4, SECRET } from './testing/life.ts';
import { useNorthflank } from './testing/use-northflank.ts';

const OTHER_FLEET = '0190a7c4-0000-7000-8000-000000000002';
const PROJECTS = '/v1/projects';
const ONE_PROJECT = `${PROJECTS}/{project}`;
const VOLUMES = `${ONE_PROJECT}/volumes`;
const ONE_VOLUME = `${VOLUMES}/{volume}`;
const SERVICES = `${ONE_PROJECT}/services`;
const DEPLOYMENTS = `${SERVICES}/deployment`;
const ONE_SERVICE = `${SERVICES}/{service}`;
const PATCH = `PATCH ${DEPLOYMENTS}/{service}`;
const RUNNING = { until: 'running', waitMs: 10_000 } as const;
const STOPPED = { until: 'stopped', waitMs: 10_000 } as const;

const northflank = await useNorthflank();
afterAll(() => {
  expect(northflank.judged).toBeGreaterThan(100);
});

async function stoppedLife(): Promise<Life> {
  const life = await northflank.provisioned();
  await life.stop();
  return life;
}

describe('a whole life', () => {
  it('provisions with five calls', async () => {
    const life = await northflank.provisioned();
    expect(await northflank.counters()).toEqual({
      [`POST ${PROJECTS}`]: 1,
      [`POST ${VOLUMES}`]: 1,
      [`POST ${DEPLOYMENTS}`]: 1,
      [`GET ${ONE_SERVICE}`]: 1,
      [`GET ${ONE_SERVICE}/containers`]: 1,
    });
    expect(await life.observe()).toMatchObject({ state: 'running' });
  });

  it('is looked at with one call, and its volume with another', async () => {
    const life = await northflank.provisioned();
    await northflank.resetCounters();
    await life.observe();
    expect(await northflank.counters()).toEqual({ [`GET ${ONE_SERVICE}`]: 1 });
    await life.observeVolume();
    expect(await northflank.counters()).toEqual({ [`GET ${ONE_SERVICE}`]: 1, [`GET ${ONE_VOLUME}`]: 1 });
  });

  it('builds what the spec says, marked, closed to the outside', async () => {
    const life = await northflank.provisioned();
    const { projects, volumes, services } = await northflank.state();
    const { instanceId } = life.tags;
    expect(projects).toMatchObject([{ id: life.text('projectName'), region: 'us-east1' }]);
    expect(readMark(projects[0]?.description ?? null)).toMatchObject({
      [TAG.fleetId]: FLEET,
      [TAG.instanceId]: instanceId,
      [TAG.userId]: 'user_1',
    });
    expect(volumes).toMatchObject([
      {
        id: life.text('volumeId'),
        spec: { accessMode: 'ReadWriteOnce', storageSize: 10_240 },
        mounts: [{ containerMountPath: '/data' }],
        attachedObjects: [{ id: life.text('machineId'), type: 'service' }],
      },
    ]);
    expect(services).toMatchObject([
      {
        id: life.text('machineId'),
        billing: { deploymentPlan: 'nf-compute-100-4' },
        deployment: { instances: 1, external: { imagePath: 'team/app:v1' } },
        runtimeEnvironment: MACHINE.env,
        ports: [{ name: 'http', internalPort: 8080, public: false, protocol: 'HTTP' }],
      },
    ]);
    expect(readMark(services[0]?.description ?? null)).toMatchObject({
      [TAG.fleetId]: FLEET,
      [TAG.instanceId]: instanceId,
      [TAG.sizeSource]: 'tier',
      [TAG.configuration]: MACHINE.configurationFingerprint,
    });
  });

  it('lives in the region that is asked for, which stays its own', async () => {
    const life = northflank.life();
    expect(await life.ensureHome('europe-west')).toMatchObject({ region: 'europe-west' });
    expect(await life.ensureHome()).toMatchObject({ region: 'europe-west' });
    expect((await northflank.state()).projects).toMatchObject([{ region: 'europe-west' }]);
  });

  it('goes through stop, a new configuration, start and destroy, and leaves nothing', async () => {
    const life = await stoppedLife();
    expect(await life.observe(STOPPED)).toMatchObject({ state: 'stopped', size: PLAN_1_4, endpoint: null });
    const configurationFingerprint = 'f'.repeat(32);
    await life.updateMachine({
      ...MACHINE,
      size: PERF_4_8,
      sizeSource: 'override',
      image: 'registry.example.com/team/app:v2',
      env: { OTHER: 'x' },
      port: 9090,
      mountPath: '/home',
      configurationFingerprint,
    });
    expect(await life.observe()).toMatchObject({
      state: 'stopped',
      size: PERF_4_8,
      sizeSource: 'override',
      configurationFingerprint,
    });
    const { services, volumes } = await northflank.state();
    expect(services).toMatchObject([
      {
        billing: { deploymentPlan: 'nf-compute-400' },
        deployment: { instances: 0, external: { imagePath: 'team/app:v2' } },
        runtimeEnvironment: { OTHER: 'x' },
        ports: [{ internalPort: 9090 }],
        containers: [],
      },
    ]);
    expect(volumes).toMatchObject([{ mounts: [{ containerMountPath: '/home' }] }]);
    await life.start();
    expect(await life.observe(RUNNING)).toMatchObject({
      state: 'running',
      machineId: life.text('machineId'),
    });
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    expect(await life.owned()).toEqual([]);
    expect(await northflank.state()).toMatchObject({ projects: [], services: [], volumes: [] });
  });

  it('starts and stops twice with one effect', async () => {
    const life = await stoppedLife();
    await life.stop();
    expect(await life.observe(STOPPED)).toMatchObject({ state: 'stopped' });
    await life.start();
    await northflank.resetCounters();
    await life.start();
    expect(await northflank.counters()).toEqual({ [`GET ${ONE_SERVICE}`]: 1 });
    expect(await life.observe(RUNNING)).toMatchObject({ state: 'running' });
  });

  it('is started again where another hand has paused it', async () => {
    const life = await northflank.provisioned();
    await northflank.api(
      'POST',
      `/projects/${life.text('projectId')}/services/${life.text('machineId')}/pause`,
    );
    expect(await life.observe(STOPPED)).toMatchObject({ state: 'stopped' });
    await life.start();
    expect(await life.observe(RUNNING)).toMatchObject({ state: 'running' });
  });

  it('is started on its volume again where another hand has detached it, and not without one', async () => {
    const life = await stoppedLife();
    await northflank.changeVolume(life, { attachedServiceIds: [] });
    expect(await life.observeVolume()).toMatchObject({ mountedOn: [] });
    await life.start();
    expect(await life.observe(RUNNING)).toMatchObject({ state: 'running' });
    expect(await life.observeVolume()).toMatchObject({ mountedOn: [life.text('machineId')] });

    await life.stop();
    await northflank.changeVolume(life, { delete: true });
    const { kind, message } = await failure(life.start());
    expect([kind, message]).toEqual(['invalid', expect.stringContaining(life.text('volumeId'))]);
    expect(await life.observe(STOPPED)).toMatchObject({ state: 'stopped' });
  });

  it('tells no log line and no error a secret', async () => {
    const life = await stoppedLife();
    await northflank.fault({
      route: PATCH,
      kind: 'fail_before',
      status: 400,
      body: { error: { status: 400, message: `invalid runtimeEnvironment.PASSPHRASE: ${SECRET} ${TOKEN}` } },
    });
    const error = await failure(life.updateMachine(MACHINE));
    const told = JSON.stringify([northflank.calls, error.message, error.facts]);
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain(TOKEN);
    expect(told).not.toContain('PASSPHRASE');
    expect(northflank.calls.every(({ route }) => !route.includes(life.text('projectId')))).toBe(true);
  });
});

describe('a lost answer', () => {
  it('to the creation of the project: the repeat adopts it', async () => {
    const life = northflank.life();
    const fired = await northflank.fault({ route: `POST ${PROJECTS}`, kind: 'lose_answer' });
    expect(await kindOf(life.ensureHome())).toBe('ambiguous');
    expect(await fired()).toBe(true);
    expect(await life.ensureHome()).toMatchObject({ projectId: life.text('projectName') });
    expect((await northflank.state()).projects).toHaveLength(1);
  });

  it('to the creation of the volume: it is found by its name, and a second one is refused and adopted', async () => {
    const life = northflank.life();
    await life.ensureHome();
    expect(await life.findVolume()).toBeNull();
    const fired = await northflank.fault({ route: `POST ${VOLUMES}`, kind: 'lose_answer' });
    expect(await kindOf(life.createVolume())).toBe('ambiguous');
    expect(await fired()).toBe(true);
    expect(await life.findVolume()).toEqual({ volumeId: life.text('volumeName') });
    life.forget('volumeId');
    await life.createVolume();
    expect(life.text('volumeId')).toBe(life.text('volumeName'));
    expect((await northflank.state()).volumes).toHaveLength(1);
  });

  it('to the creation of the machine: it is found by its name, and a second one is refused and adopted', async () => {
    const life = northflank.life();
    await life.ensureHome();
    await life.createVolume();
    expect(await life.findMachine()).toBeNull();
    const fired = await northflank.fault({ route: `POST ${DEPLOYMENTS}`, kind: 'lose_answer' });
    expect(await kindOf(life.createMachine())).toBe('ambiguous');
    expect(await fired()).toBe(true);
    expect(await life.findMachine()).toEqual({ machineId: life.text('serviceName') });
    life.forget('machineId');
    await life.createMachine();
    expect(life.text('machineId')).toBe(life.text('serviceName'));
    expect((await northflank.state()).services).toHaveLength(1);
  });

  it('to a growth: the repeat finds it done', async () => {
    const life = await northflank.provisioned();
    await northflank.fault({ route: `POST ${ONE_VOLUME}`, kind: 'lose_answer' });
    expect(await kindOf(life.extendVolume(20))).toBe('ambiguous');
    await northflank.resetCounters();
    expect(await life.extendVolume(20)).toEqual({ sizeGb: 20, needsRestart: true });
    expect(await northflank.counters()).toEqual({ [`GET ${ONE_VOLUME}`]: 1 });
  });

  it('to a gateway, whose page is no JSON: not known for a write, to be asked again for a read', async () => {
    const life = await northflank.provisioned();
    await northflank.fault({ route: PATCH, kind: 'html_error' });
    expect(await kindOf(life.stop())).toBe('ambiguous');
    await northflank.fault({ route: `GET ${ONE_SERVICE}`, kind: 'html_error', times: 3 });
    expect(await kindOf(life.observe())).toBe('unavailable');
    expect(await life.observe()).toMatchObject({ state: 'running' });
  });

  it('of a list, which comes back empty: what is recorded is found all the same', async () => {
    const life = await northflank.provisioned();
    await northflank.fault({ route: `GET ${SERVICES}`, kind: 'empty_list' });
    await life.deleteMachines();
    await northflank.fault({ route: `GET ${VOLUMES}`, kind: 'empty_list' });
    await life.deleteVolumes();
    expect(await northflank.state()).toMatchObject({ services: [], volumes: [] });
  });

  it('in a form that can’t be read: nothing is taken for an answer', async () => {
    const life = await northflank.provisioned();
    for (const route of [`GET ${SERVICES}`, `GET ${VOLUMES}`, `GET ${ONE_SERVICE}`]) {
      await northflank.fault({ route, kind: 'corrupt_answer' });
    }
    expect(await kindOf(life.owned())).toBe('unavailable');
    expect(await kindOf(life.observe())).toBe('unavailable');
    expect(await life.owned()).toHaveLength(2);
  });
});

describe('a limit of calls', () => {
  it('says when it ends', async () => {
    const life = await northflank.provisioned();
    await northflank.settings({ rateLimitPerWindow: 0, rateLimitWindowMs: 1_800_000 });
    const { kind, facts } = await failure(life.stop());
    expect(kind).toBe('rate_limited');
    expect(facts.retryAfterMs).toBeGreaterThan(1_700_000);
    expect(facts.retryAfterMs).toBeLessThanOrEqual(1_800_000);
  });
});

describe('what is somebody else’s', () => {
  const theirs = (life: Life) => ({
    name: life.text('projectName'),
    region: 'us-east1',
    description: 'ours',
  });

  it('is refused and left alone: a project of our name', async () => {
    const life = northflank.life();
    await northflank.api('POST', '/projects', theirs(life));
    const { kind, message } = await failure(life.ensureHome());
    expect([kind, message]).toEqual(['invalid', expect.stringContaining('NF_PROJECT_PREFIX')]);
    await life.deleteHome();
    expect((await northflank.state()).projects).toMatchObject([{ description: 'ours' }]);
  });

  it('is refused and left alone: our own instance’s project of another fleet', async () => {
    const first = northflank.life(northflank.provider(), OTHER_FLEET);
    await first.ensureHome();
    const copy = northflank.life();
    const tags = { ...first.tags, fleetId: FLEET };
    const { provider } = copy;
    expect(await kindOf(provider.ensureHome(tags, provider.nameResources(tags)))).toBe('invalid');
    await provider.deleteHome(tags, provider.nameResources(tags));
    expect((await northflank.state()).projects).toHaveLength(1);
  });

  it('is refused and left alone: a service of our name in our project', async () => {
    const life = northflank.life();
    await life.ensureHome();
    await life.createVolume();
    const body = {
      name: life.text('serviceName'),
      billing: { deploymentPlan: 'nf-compute-10' },
      deployment: { instances: 1, external: { imagePath: 'example/theirs:1' } },
    };
    await northflank.api('POST', `/projects/${life.text('projectId')}/services/deployment`, body);
    expect(await kindOf(life.createMachine())).toBe('invalid');
    expect(await kindOf(life.findMachine())).toBe('invalid');
    life.learn({ machineId: life.text('serviceName') });
    expect(await kindOf(life.updateMachine(MACHINE))).toBe('invalid');
    expect(await kindOf(life.changeMachineSize({ size: PERF_4_8, sizeSource: 'tier' }))).toBe('invalid');
    expect(await kindOf(life.start())).toBe('invalid');
    expect(await kindOf(life.deleteMachine(life.text('serviceName')))).toBe('invalid');
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    const { services, projects } = await northflank.state();
    expect(services).toMatchObject([
      { billing: { deploymentPlan: 'nf-compute-10' }, deployment: { instances: 1 } },
    ]);
    expect(projects).toHaveLength(1);
    expect(await life.owned()).toEqual([]);
  });

  it('is left alone: a volume of another name in our project', async () => {
    const life = await northflank.provisioned();
    const body = {
      name: 'theirs',
      mounts: [{ containerMountPath: '/x' }],
      spec: { accessMode: 'ReadWriteOnce', storageSize: 6_144 },
    };
    await northflank.api('POST', `/projects/${life.text('projectId')}/volumes`, body);
    expect(await kindOf(life.deleteVolume('theirs'))).toBe('invalid');
    expect(await kindOf(life.deleteVolume(life.text('volumeId')))).toBe('invalid');
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    expect((await northflank.state()).volumes.map(({ id }) => id)).toEqual(['theirs']);
    expect(await life.owned()).toEqual([]);
  });

  it('is refused: our volume that is attached to something else', async () => {
    const life = northflank.life();
    await life.ensureHome();
    await life.createVolume();
    await northflank.changeVolume(life, { attachedServiceIds: ['theirs'] });
    life.forget('volumeId');
    expect(await kindOf(life.createVolume())).toBe('invalid');
  });
});

describe('deletion', () => {
  it('succeeds where nothing is there', async () => {
    const life = northflank.life();
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    await life.deleteMachine('machine');
    await life.deleteVolume('volume');
    await life.stop();
    expect(await life.owned()).toEqual([]);
    expect(await life.observe()).toBeNull();
    expect(await life.observeVolume()).toBeNull();
  });

  it('of the machine leaves its volume, on which another one is made', async () => {
    const life = await northflank.provisioned();
    await life.deleteMachine(life.text('machineId'));
    expect((await northflank.state()).volumes).toMatchObject([{ attachedObjects: [] }]);
    expect(await life.observe()).toBeNull();
    await life.createMachine();
    expect(await life.observe(RUNNING)).toMatchObject({ state: 'running' });
    expect(await life.observeVolume()).toMatchObject({ sizeGb: 10, mountedOn: [life.text('machineId')] });
  });
});

describe('the lists', () => {
  it('of a fleet hold what carries its mark, and cost two calls for each of its projects', async () => {
    const [one, two] = [await northflank.provisioned(), await northflank.provisioned()];
    await northflank.provisioned(northflank.life(northflank.provider(), OTHER_FLEET));
    await northflank.api('POST', '/projects', { name: 'theirs', region: 'us-east1' });
    await northflank.resetCounters();
    const found = await one.provider.listFleet(FLEET);
    expect(found).toHaveLength(4);
    for (const { tags, resources } of [one, two]) {
      expect(found).toContainEqual({ kind: 'machine', id: resources.machineId, instanceId: tags.instanceId });
      expect(found).toContainEqual({ kind: 'volume', id: resources.volumeId, instanceId: tags.instanceId });
    }
    expect(await northflank.counters()).toEqual({
      [`GET ${PROJECTS}`]: 1,
      [`GET ${SERVICES}`]: 2,
      [`GET ${VOLUMES}`]: 2,
    });
  });

  it('go on over their pages', async () => {
    const life = await northflank.provisioned();
    const names = Array.from({ length: 120 }, (_, index) => `other-${index}`);
    for (const name of names) await northflank.api('POST', '/projects', { name, region: 'us-east1' });
    await northflank.resetCounters();
    expect(await life.provider.listFleet(FLEET)).toHaveLength(2);
    expect(await northflank.counters()).toMatchObject({ [`GET ${PROJECTS}`]: 2 });
  });
});

describe('a token of an organisation', () => {
  it('reaches its projects through the team', async () => {
    await northflank.settings({ tokenScope: 'org' });
    expect(await kindOf(northflank.life().ensureHome())).toBe('auth');
    const provider = northflank.provider({ config: { teamId: 'sandbox-team' } });
    const life = await northflank.provisioned(northflank.life(provider));
    expect(await life.observe()).toMatchObject({ state: 'running' });
  });
});
