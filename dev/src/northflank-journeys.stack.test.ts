/** What people do with an instance at Northflank, where sizes are plans, and another plan needs no stop. */
import { createNorthflankProvider } from '@kiloclaw/control-plane/northflank';
import { API_BASE, API_KEY_HEADER, REPLACE_VOLUME_CONFIRMATION } from '@kiloclaw/platform-contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Inherited, type InheritedSite, makeInherited } from './demo/inherited.ts';
import { checkedFetch } from './testing/checked-fetch.ts';
import { act, debugView, newTarget, provision, type Target } from './testing/fleet.ts';
import { ADMIN, changeHardware, planOf, refusalOf } from './testing/hardware.ts';
import { createNorthflankControl, type NorthflankControl } from './testing/northflank-control.ts';
import { auditRowsOf, fleetIdOf, registryUrlOf, secretsOf } from './testing/registry.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
/** The registry is told a moment after the answer. */
const ARRIVAL = { timeout: 20_000, interval: 100 };
const CALLS_MOST = 100_000;
/** Every phase of a rollout is still passed through, only sooner; the status of before lingers. */
const QUICK = { statusLingerMs: 100, pendingMs: 100, stagingMs: 50, startingMs: 100, terminateMs: 100 };
const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;
const PERF_4_16 = { cpus: 4, memory_mb: 16384, cpu_kind: 'performance' } as const;
/** What each of them is given, by the plans that `npm start` chooses for the simulator. */
const PLAN_OF_1_3 = { plan: 'nf-compute-100-4', size: { ...PERF_1_3, memory_mb: 4096 } } as const;
const PLAN_OF_4_8 = { plan: 'nf-compute-400', size: PERF_4_8 } as const;
const PLAN_OF_4_16 = { plan: 'nf-compute-400-16', size: PERF_4_16 } as const;

const OwnSchema = z.object({ projectId: z.string(), machineId: z.string(), volumeId: z.string() });

let folder: StackFolder;
let stack: StackProcess;
let ready: ReadyStack;
let northflank: NorthflankControl;
let registryUrl: string;

beforeAll(async () => {
  folder = await makeStackFolder();
  // In one minute all of these do what people do in days.
  stack = new StackProcess({ folder, env: { NF_REQUESTS_PER_HOUR: String(CALLS_MOST) } });
  ready = await stack.ready();
  northflank = createNorthflankControl(ready.endpoints.northflankSimulator?.controlUrl ?? '');
  await northflank.changeSettings({ ...QUICK, rateLimitPerWindow: CALLS_MOST });
  registryUrl = await registryUrlOf(folder, ready);
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack.killEverything();
  await folder.remove();
}, MINUTE_MS);

const ownOf = async (target: Target) =>
  OwnSchema.parse((await debugView(ready.client, target)).providerState);

/** What the simulator really runs for an instance: its one machine, by the plan of its container, and its one volume. */
async function truthOf(target: Target) {
  const { projectId } = await ownOf(target);
  const state = await northflank.state();
  const services = state.services.filter((service) => service.projectId === projectId);
  const volumes = state.volumes.filter((volume) => volume.projectId === projectId);
  expect([services.length, volumes.length]).toEqual([1, 1]);
  const running = services[0]?.containers.filter(({ status }) => status === 'TASK_RUNNING');
  return {
    plan: services[0]?.billing.deploymentPlan,
    runsOn: running?.map((container) => container.plan),
    volumeSizeMb: volumes[0]?.spec.storageSize,
    attachedTo: volumes[0]?.attachedObjects.map(({ id }) => id),
  };
}

const onPlan = (plan: string, volumeSizeGb: number) => ({
  plan,
  runsOn: [plan],
  volumeSizeMb: volumeSizeGb * 1024,
});

async function statusText({ userId, instanceId }: Target): Promise<string> {
  const query = new URLSearchParams({ userId, instanceId });
  const url = `${ready.endpoints.apiUrl}${API_BASE}/status?${query}`;
  const answer = await checkedFetch(new Request(url, { headers: { [API_KEY_HEADER]: ready.apiKey } }));
  expect(answer.status).toBe(200);
  return answer.text();
}

const statusOf = async (target: Target) => (await ready.client.call('status', target)).body;

async function listed(target: Target) {
  const { body } = await ready.client.call('instances', { userId: target.userId });
  return body.items.find(({ instanceId }) => instanceId === target.instanceId);
}

/** Kinds and outcomes of the timeline, oldest first. */
async function timeline(target: Target): Promise<string[]> {
  const { body } = await ready.client.call('operations', target);
  return body.items.map(({ operation }) => `${operation.kind} ${operation.status}`).reverse();
}

async function running(userId: string): Promise<Target> {
  const target = newTarget(userId);
  await provision(ready.client, target, { provider: 'northflank', instanceType: 'perf-1-3' });
  expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_1_3.plan, 10));
  return target;
}

describe('a new customer', () => {
  it.each([
    ['perf-1-3', PERF_1_3, PLAN_OF_1_3, 10],
    ['perf-4-8', PERF_4_8, PLAN_OF_4_8, 20],
    ['perf-4-16', PERF_4_16, PLAN_OF_4_16, 40],
  ] as const)(
    'on %s has its disk and a plan that holds it, both sizes on record',
    async (tier, asked, given, disk) => {
      const target = newTarget(`new-${tier}`);
      await provision(ready.client, target, { provider: 'northflank', instanceType: tier });
      expect(await truthOf(target)).toMatchObject(onPlan(given.plan, disk));
      expect(await statusOf(target)).toMatchObject({
        instanceType: tier,
        machineSize: asked,
        volumeSizeGb: disk,
      });
      expect(await debugView(ready.client, target)).toMatchObject({
        applied: { asked, given: given.size, shortfall: null },
        pendingRestart: false,
        drift: [],
      });
    },
  );

  it('gets a volume of the recorded size again where the first one is lost', async () => {
    const { client } = ready;
    const target = newTarget('lost-disk');
    await provision(client, target, { provider: 'northflank', instanceType: 'perf-4-8' });
    const { projectId, volumeId } = await ownOf(target);
    await northflank.changeVolume(projectId, volumeId, { delete: true });
    const live = async () => (await client.call('debugStatus', { ...target, live: 'true' })).body;
    await expect
      .poll(async () => (await live()).drift.map(({ kind }) => kind), { timeout: MINUTE_MS, interval: 500 })
      .toContain('volume_missing');
    await client.call(
      'replaceVolume',
      { ...target, actor: ADMIN, confirm: REPLACE_VOLUME_CONFIRMATION },
      { waitS: 60 },
    );
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_8.plan, 20));
  });

  it('lives in the region that was asked for', async () => {
    const target = newTarget('overseas');
    await provision(ready.client, target, { provider: 'northflank', region: 'europe-west' });
    const { projectId } = await ownOf(target);
    expect((await northflank.state()).projects).toContainEqual({ id: projectId, region: 'europe-west' });
    expect(await statusOf(target)).toMatchObject({ region: 'europe-west' });
  });

  it('leaves nothing when destroyed', async () => {
    const target = await running('leaving');
    const { projectId } = await ownOf(target);
    await act(ready.client, 'destroy', target);
    const { services, volumes } = await northflank.state();
    expect([...services, ...volumes].filter((resource) => resource.projectId === projectId)).toEqual([]);
  });
});

describe('growing a customer', () => {
  it('goes from perf-1-3 to perf-4-8 without a stop, and everyone is told', async () => {
    const { client } = ready;
    const target = await running('grown');
    const resize = { ...target, actor: ADMIN, targetTier: 'perf-4-8' } as const;

    const plan = await planOf(client, 'resize', resize);
    expect(plan).toMatchObject({
      allowed: true,
      before: { instanceType: 'perf-1-3', machineSize: PERF_1_3, volumeSizeGb: 10 },
      after: { instanceType: 'perf-4-8', machineSize: PERF_4_8, volumeSizeGb: 20 },
      irreversible: ['volume_growth'],
      requires: [],
      downtime: 'restart',
    });
    const { result } = await changeHardware(client, 'resize', { ...resize, expectedPlanHash: plan.hash });
    expect(result).toEqual({
      previousTier: 'perf-1-3',
      newTier: 'perf-4-8',
      previous: { machineSize: PERF_1_3, volumeSizeGb: 10 },
      current: { machineSize: PERF_4_8, volumeSizeGb: 20 },
      clearedOverride: null,
      needsStart: false,
    });
    // Not before the new container runs.
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_8.plan, 20));
    const now = { instanceType: 'perf-4-8', machineSize: PERF_4_8, volumeSizeGb: 20 };
    expect(await statusOf(target)).toMatchObject({ status: 'running', ...now });
    expect(await debugView(client, target)).toMatchObject({ pendingRestart: false, drift: [] });
    await expect.poll(() => listed(target), ARRIVAL).toMatchObject({ status: 'running', ...now });
    expect(await timeline(target)).toEqual(['provision succeeded', 'resize succeeded']);
    await expect
      .poll(
        async () => (await auditRowsOf(registryUrl, target, 'resize')).map(({ outcome }) => outcome),
        ARRIVAL,
      )
      .toEqual(['requested', 'succeeded']);
  });

  it('leaves one that is stopped as it is, and starts it on its new size', async () => {
    const { client } = ready;
    const target = await running('grown-at-rest');
    await act(client, 'stop', target);
    expect(await truthOf(target)).toMatchObject({ runsOn: [] });
    await changeHardware(client, 'resize', { ...target, actor: ADMIN, targetTier: 'perf-4-8' });
    expect(await truthOf(target)).toMatchObject({ plan: PLAN_OF_4_8.plan, runsOn: [], volumeSizeMb: 20_480 });
    await act(client, 'start', target);
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_8.plan, 20));
    expect(await statusOf(target)).toMatchObject({ status: 'running', instanceType: 'perf-4-8' });
  });
});

describe('a resize without room', () => {
  afterEach(() => northflank.changeSettings({ capacity: {} }));

  it('leaves the machine running as it was, and says what has grown', async () => {
    const { client } = ready;
    const target = await running('cramped');
    await northflank.changeSettings({
      withoutRoom: 'refuse',
      capacity: { 'us-east1': { vcpu: 1, ramMb: 4096 } },
    });
    const resize = { ...target, actor: ADMIN, targetTier: 'perf-4-8' } as const;
    const refusal = await refusalOf(client.call('resize', resize, { waitS: 60 }));
    expect(refusal).toMatchObject({ code: 'provider_capacity', details: { kind: 'host_full' } });
    // A disk never shrinks: what has grown before the plan was refused stays, and is no other tier.
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_1_3.plan, 20));
    expect(await statusOf(target)).toMatchObject({
      status: 'running',
      instanceType: 'perf-1-3',
      machineSize: PERF_1_3,
      volumeSizeGb: 20,
    });
  });
});

/** What any restart changes of the customer's answer. */
const RESTARTED = { startedAt: expect.any(String), stoppedAt: expect.anything() };
const LOAN = { actor: ADMIN, preset: 'perf-4-16', reason: 'out of memory' } as const;

/** The customer's answer without what a restart may change. */
async function customersView(target: Target): Promise<unknown> {
  return { ...JSON.parse(await statusText(target)), ...RESTARTED };
}

describe('a rescue', () => {
  it('waits for the restart, is seen by admins alone, and is given back', async () => {
    const { client } = ready;
    const target = await running('rescued');
    const before = { status: await statusText(target), truth: await truthOf(target) };
    const seen = await customersView(target);

    const lent = await changeHardware(client, 'setSizeOverride', { ...target, ...LOAN });
    expect(lent.result).toMatchObject({ effectiveSize: PERF_4_16, pendingRestart: true });
    expect(await statusText(target)).toBe(before.status);
    expect(await truthOf(target)).toEqual(before.truth);

    await act(client, 'restart', target);
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_16.plan, 10));
    expect(await customersView(target)).toEqual(seen);
    expect((await debugView(client, target)).pendingRestart).toBe(false);

    const cleared = await changeHardware(client, 'clearSizeOverride', { ...target, actor: ADMIN });
    expect(cleared.result).toMatchObject({ clearedOverride: { preset: 'perf-4-16' }, pendingRestart: true });
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_16.plan, 10));
    await act(client, 'restart', target);
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_1_3.plan, 10));
    expect((await debugView(client, target)).drift).toEqual([]);
  });

  it('comes at once where that is asked for, and the customer reads nothing of it', async () => {
    const { client } = ready;
    const target = await running('rescued-at-once');
    const seen = await customersView(target);
    expect(await planOf(client, 'setSizeOverride', { ...target, ...LOAN, apply: 'now' })).toMatchObject({
      requires: [],
      downtime: 'restart',
    });
    await changeHardware(client, 'setSizeOverride', { ...target, ...LOAN, apply: 'now' });
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_16.plan, 10));
    expect(await customersView(target)).toEqual(seen);
    await changeHardware(client, 'clearSizeOverride', { ...target, actor: ADMIN, apply: 'now' });
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_1_3.plan, 10));
  });

  it('ends with the resize that it leads to, which says so', async () => {
    const { client } = ready;
    const target = await running('sold');
    await changeHardware(client, 'setSizeOverride', { ...target, ...LOAN, apply: 'now' });
    const resize = { ...target, actor: ADMIN, targetTier: 'perf-4-8' } as const;
    const loan = { preset: 'perf-4-16', reason: LOAN.reason, actorId: ADMIN.id, machineSize: PERF_4_16 };
    expect((await planOf(client, 'resize', resize)).clears.sizeOverride).toMatchObject(loan);
    const { result } = await changeHardware(client, 'resize', resize);
    expect(result).toMatchObject({ newTier: 'perf-4-8', clearedOverride: loan });
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_8.plan, 20));
    expect(await debugView(client, target)).toMatchObject({
      instanceType: 'perf-4-8',
      sizeOverride: null,
      pendingRestart: false,
    });
  });
});

describe('more disk', () => {
  it('makes the instance custom, and only a tier with that much disk fits afterwards', async () => {
    const { client } = ready;
    const target = await running('disk');
    const extended = await changeHardware(client, 'extendVolume', { ...target, targetSizeGb: 15 });
    // Whether a container sees the growth without a restart, Northflank does not say.
    expect(extended.result).toEqual({ previousSizeGb: 10, sizeGb: 15, needsRestart: true });
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_1_3.plan, 15));
    const custom = { instanceType: 'custom', machineSize: PERF_1_3, volumeSizeGb: 15 };
    expect(await statusOf(target)).toMatchObject(custom);
    await expect.poll(() => listed(target), ARRIVAL).toMatchObject(custom);

    const refusal = await refusalOf(client.call('resize', { ...target, targetTier: 'perf-1-3' }));
    expect(refusal).toMatchObject({ status: 422, code: 'volume_would_shrink' });
    await changeHardware(client, 'resize', { ...target, targetTier: 'perf-4-8' });
    expect(await truthOf(target)).toMatchObject(onPlan(PLAN_OF_4_8.plan, 20));
    expect(await statusOf(target)).toMatchObject({ instanceType: 'perf-4-8', volumeSizeGb: 20 });
  });
});

describe('an instance from before there were tiers', () => {
  let site: InheritedSite;

  beforeAll(async () => {
    const { northflankSimulatorToken } = await secretsOf(folder);
    const provider = createNorthflankProvider({
      fetch: (url, init) => fetch(url, init),
      config: {
        baseUrl: ready.endpoints.northflankSimulator?.url ?? '',
        token: northflankSimulatorToken,
        region: 'us-east1',
        projectPrefix: 'kc',
        plans: {
          NF_DEPLOYMENT_PLAN_PERF_1_3: PLAN_OF_1_3.plan,
          NF_DEPLOYMENT_PLAN_PERF_4_8: PLAN_OF_4_8.plan,
          NF_DEPLOYMENT_PLAN_PERF_4_16: PLAN_OF_4_16.plan,
        },
        accessMode: 'ReadWriteOnce',
        mountPath: '/data',
      },
      log: () => undefined,
    });
    site = { provider, registryUrl, fleetId: await fleetIdOf(registryUrl), image: 'kiloclaw-demo:latest' };
  });

  async function inherited(userId: string, more: Pick<Inherited, 'machineSize' | 'volumeSizeGb'>) {
    const target = newTarget(userId);
    const all = { ...target, ...more, userEmail: `${userId}@example.com`, name: userId, instanceType: null };
    const machineId = await makeInherited(site, all);
    expect(await makeInherited(site, all)).toBe(machineId);
    expect(await listed(target)).toMatchObject({ instanceType: null, machineSize: null, volumeSizeGb: null });
    return target;
  }

  const untilRestored = (target: Target) =>
    expect
      .poll(async () => (await debugView(ready.client, target)).operation, { timeout: MINUTE_MS })
      .toBeNull();

  it.each([
    ['counts as the tier whose plan it has, though the plan has more', PERF_1_3, 10, 'perf-1-3', PERF_1_3],
    ['counts as the tier that it matches', PERF_4_8, 20, 'perf-4-8', PERF_4_8],
    [
      'counts as custom where no tier is given its plan',
      { cpus: 2, memory_mb: 8192, cpu_kind: 'performance' },
      30,
      'custom',
      { cpus: 2, memory_mb: 8192, cpu_kind: 'performance' },
    ],
  ] as const)('%s', async (_what, machineSize, volumeSizeGb, instanceType, learnedSize) => {
    const target = await inherited(`from-before-${instanceType}`, { machineSize, volumeSizeGb });
    await untilRestored(target);
    const learned = { status: 'running', instanceType, machineSize: learnedSize, volumeSizeGb };
    expect(await statusOf(target)).toMatchObject(learned);
    await expect.poll(() => listed(target), ARRIVAL).toMatchObject(learned);
    expect(await debugView(ready.client, target)).toMatchObject({ pendingRestart: false, drift: [] });
  });

  it('is left without a label where its plan could be several tiers’', async () => {
    const machineSize = { cpus: 2, memory_mb: 4096, cpu_kind: 'shared' } as const;
    const target = await inherited('ambiguous', { machineSize, volumeSizeGb: 10 });
    await untilRestored(target);
    expect(await statusOf(target)).toMatchObject({
      status: 'running',
      instanceType: null,
      machineSize: null,
    });
  });

  it('is left unknown where its plan is told in an unknown word', async () => {
    const target = await inherited('unknown', { machineSize: PERF_4_8, volumeSizeGb: 20 });
    const tags = { fleetId: site.fleetId, ...target, sandboxId: '' };
    const own = site.provider.nameResources(tags);
    const change = (plan: string) =>
      northflank.changeService(String(own.projectName), String(own.serviceName), { plan });
    await change('nf-quantum-1');
    await untilRestored(target);
    expect(await statusOf(target)).toMatchObject({
      status: 'running',
      instanceType: null,
      machineSize: null,
    });
    await change(PLAN_OF_4_8.plan);
    const look = async () => (await ready.client.call('debugStatus', { ...target, live: 'true' })).body;
    await expect
      .poll(look, { timeout: MINUTE_MS })
      .toMatchObject({ instanceType: 'perf-4-8', machineSize: PERF_4_8 });
  });
});

describe('where plans are missing, or too small', () => {
  let meagreFolder: StackFolder;
  let meagreStack: StackProcess;
  let meagre: ReadyStack;

  beforeAll(async () => {
    meagreFolder = await makeStackFolder();
    const env = { NF_DEPLOYMENT_PLAN_PERF_4_16: 'nf-compute-400', NF_DEPLOYMENT_PLAN_PERF_4_8: '' };
    meagreStack = new StackProcess({ folder: meagreFolder, env });
    meagre = await meagreStack.ready();
  }, 2 * MINUTE_MS);

  afterAll(async () => {
    await meagreStack.killEverything();
    await meagreFolder.remove();
  }, MINUTE_MS);

  it.each([
    ['perf-1-3', 'NF_DEPLOYMENT_PLAN_PERF_1_3'],
    ['perf-4-8', 'NF_DEPLOYMENT_PLAN_PERF_4_8'],
  ] as const)('%s is refused by the name of what is not set', async (instanceType, variable) => {
    const target = newTarget(`none-${instanceType}`);
    const asked = provision(meagre.client, target, { provider: 'northflank', instanceType });
    const { message } = await refusalOf(asked);
    expect(message).toContain(variable);
    expect(message).toContain('NF_DEPLOYMENT_PLAN.');
  });

  it('a tier is given the plan that there is, and told of as clamped with both sizes', async () => {
    const target = newTarget('clamped');
    await provision(meagre.client, target, { provider: 'northflank', instanceType: 'perf-4-16' });
    expect(await debugView(meagre.client, target)).toMatchObject({
      instanceType: 'perf-4-16',
      applied: { asked: PERF_4_16, given: PERF_4_8, shortfall: 'clamped' },
      drift: [{ kind: 'clamped', details: { asked: PERF_4_16, given: PERF_4_8 } }],
    });
  });
});
