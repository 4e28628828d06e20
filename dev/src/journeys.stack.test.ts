import { readFile } from 'node:fs/promises';
import { createFlyProvider } from '@kiloclaw/control-plane/fly';
import { API_BASE, API_KEY_HEADER, type ListedInstance } from '@kiloclaw/platform-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inherited, type InheritedSite, makeInherited } from './demo/inherited.ts';
import { checkedFetch } from './testing/checked-fetch.ts';
import { act, debugView, flyResources, newTarget, provision, type Target } from './testing/fleet.ts';
import { createFlyControl, type FlyControl } from './testing/fly-control.ts';
import { ADMIN, changeHardware, planOf, refusalOf } from './testing/hardware.ts';
import { auditRowsOf, fleetIdOf, registryUrlOf, secretsOf } from './testing/registry.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
/** The registry is told a moment after the answer. */
const ARRIVAL = { timeout: 20_000, interval: 100 };
/** Every state is still passed through, only sooner. */
const QUICK = { createMs: 100, startMs: 100, stopMs: 100, restartMs: 100, updateMs: 100 };
const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;
const PERF_4_16 = { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' } as const;

let folder: StackFolder;
let stack: StackProcess;
let ready: ReadyStack;
let fly: FlyControl;
let registryUrl: string;

beforeAll(async () => {
  folder = await makeStackFolder();
  stack = new StackProcess({ folder });
  ready = await stack.ready();
  fly = createFlyControl(ready.endpoints.flySimulator?.controlUrl ?? '');
  await fly.changeSettings(QUICK);
  registryUrl = await registryUrlOf(folder, ready);
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack.killEverything();
  await folder.remove();
}, MINUTE_MS);

/** What the simulator really runs for an instance: its one machine and its one volume. */
async function truthOf(target: Target) {
  const { appName } = await flyResources(ready.client, target);
  const state = await fly.state();
  const machines = state.machines.filter(({ app }) => app === appName);
  const volumes = state.volumes.filter(({ app }) => app === appName);
  expect([machines.length, volumes.length]).toEqual([1, 1]);
  const [machine, volume] = [machines[0], volumes[0]];
  return {
    machineId: machine?.id,
    version: machine?.instance_id,
    state: machine?.state,
    guest: machine?.config.guest,
    volumeSizeGb: volume?.size_gb,
  };
}

/** The customer's answer as it goes over the wire. */
async function statusText({ userId, instanceId }: Target): Promise<string> {
  const query = new URLSearchParams({ userId, instanceId });
  const url = `${ready.endpoints.apiUrl}${API_BASE}/status?${query}`;
  const answer = await checkedFetch(new Request(url, { headers: { [API_KEY_HEADER]: ready.apiKey } }));
  expect(answer.status).toBe(200);
  return answer.text();
}

async function statusOf(target: Target) {
  return (await ready.client.call('status', target)).body;
}

async function listed(
  target: Target,
  filter: { hasOverride?: 'true' } = {},
): Promise<ListedInstance | undefined> {
  const { body } = await ready.client.call('instances', { userId: target.userId, ...filter });
  return body.items.find(({ instanceId }) => instanceId === target.instanceId);
}

/** Kinds and outcomes of the timeline, oldest first. */
async function timeline(target: Target): Promise<string[]> {
  const { body } = await ready.client.call('operations', target);
  return body.items.map(({ operation }) => `${operation.kind} ${operation.status}`).reverse();
}

async function untilAudited(target: Target, action: string) {
  await expect
    .poll(async () => (await auditRowsOf(registryUrl, target, action)).map(({ outcome }) => outcome), ARRIVAL)
    .toEqual(['requested', 'succeeded']);
  return auditRowsOf(registryUrl, target, action);
}

async function running(userId: string): Promise<Target> {
  const target = newTarget(userId);
  await provision(ready.client, target, { instanceType: 'perf-1-3' });
  expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_1_3, volumeSizeGb: 10 });
  return target;
}

describe('growing a customer', () => {
  it('goes from perf-1-3 to perf-4-8 by a stop, a resize and a start, and everyone is told', async () => {
    const { client } = ready;
    const target = await running('grown');
    const resize = { ...target, actor: ADMIN, targetTier: 'perf-4-8' } as const;

    expect(await planOf(client, 'resize', resize)).toMatchObject({
      allowed: false,
      refusal: { code: 'instance_not_stopped' },
      before: { instanceType: 'perf-1-3', machineSize: PERF_1_3, volumeSizeGb: 10 },
      after: { instanceType: 'perf-4-8', machineSize: PERF_4_8, volumeSizeGb: 20 },
      irreversible: ['volume_growth'],
      requires: ['stop', 'start'],
    });
    expect(await refusalOf(client.call('resize', resize))).toMatchObject({
      status: 409,
      code: 'instance_not_stopped',
    });
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_1_3, volumeSizeGb: 10 });

    await act(client, 'stop', target);
    const { hash } = await planOf(client, 'resize', resize);
    const { result } = await changeHardware(client, 'resize', { ...resize, expectedPlanHash: hash });
    expect(result).toEqual({
      previousTier: 'perf-1-3',
      newTier: 'perf-4-8',
      previous: { machineSize: PERF_1_3, volumeSizeGb: 10 },
      current: { machineSize: PERF_4_8, volumeSizeGb: 20 },
      clearedOverride: null,
      needsStart: true,
    });
    // An update takes the simulator its time; what was stopped stays stopped.
    await expect.poll(() => truthOf(target), ARRIVAL).toMatchObject({ state: 'stopped', guest: PERF_4_8 });
    await act(client, 'start', target);

    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_4_8, volumeSizeGb: 20 });
    const now = { instanceType: 'perf-4-8', machineSize: PERF_4_8, volumeSizeGb: 20 };
    expect(await statusOf(target)).toMatchObject({ status: 'running', ...now });
    await expect.poll(() => listed(target), ARRIVAL).toMatchObject({ status: 'running', ...now });
    expect(await timeline(target)).toEqual(
      ['provision', 'stop', 'resize', 'start'].map((kind) => `${kind} succeeded`),
    );
    await expect
      .poll(
        async () => (await auditRowsOf(registryUrl, target, 'resize')).map(({ outcome }) => outcome),
        ARRIVAL,
      )
      .toEqual(['denied', 'requested', 'succeeded']);
    const [, , done] = await auditRowsOf(registryUrl, target, 'resize');
    expect(done).toMatchObject({
      actorKind: 'admin',
      actorId: ADMIN.id,
      targetUserId: 'grown',
      before: { instanceType: 'perf-1-3', machineSize: PERF_1_3, volumeSizeGb: 10 },
      after: now,
    });
  });

  it('takes the whole way at once where that is asked for', async () => {
    const target = await running('grown-at-once');
    await changeHardware(ready.client, 'resize', { ...target, targetTier: 'perf-4-8', apply: 'now' });
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_4_8, volumeSizeGb: 20 });
    expect(await timeline(target)).toEqual(['provision succeeded', 'resize succeeded']);
  });
});

/** What any restart changes of the customer's answer. */
const RESTARTED = { startedAt: expect.any(String), stoppedAt: expect.any(String) };
const LOAN = { actor: ADMIN, preset: 'perf-4-16', reason: 'out of memory' } as const;

describe('a rescue', () => {
  it('waits for the restart, is seen by admins alone, and is given back', async () => {
    const { client } = ready;
    const target = await running('rescued');
    const before = { status: await statusText(target), truth: await truthOf(target) };

    const lent = await changeHardware(client, 'setSizeOverride', { ...target, ...LOAN });
    expect(lent.result).toMatchObject({
      override: { preset: 'perf-4-16', reason: 'out of memory', actorId: ADMIN.id },
      previousOverride: null,
      effectiveSize: PERF_4_16,
      pendingRestart: true,
    });
    expect(await statusText(target)).toBe(before.status);
    expect(await truthOf(target)).toEqual(before.truth);
    expect(await debugView(client, target)).toMatchObject({
      sizeOverride: { preset: 'perf-4-16', reason: 'out of memory' },
      pendingRestart: true,
      whyThisSize: { decides: 'override', nextRestart: { machineSize: PERF_4_16, changes: true } },
    });
    await expect
      .poll(() => listed(target, { hasOverride: 'true' }), ARRIVAL)
      .toMatchObject({
        instanceType: 'perf-1-3',
        machineSize: PERF_1_3,
        sizeOverride: { reason: LOAN.reason },
      });

    await act(client, 'restart', target);
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_4_16, volumeSizeGb: 10 });
    expect(await statusOf(target)).toEqual({
      ...JSON.parse(before.status),
      ...RESTARTED,
    });
    expect((await debugView(client, target)).pendingRestart).toBe(false);

    const lentTruth = await truthOf(target);
    const cleared = await changeHardware(client, 'clearSizeOverride', { ...target, actor: ADMIN });
    expect(cleared.result).toMatchObject({ clearedOverride: { preset: 'perf-4-16' }, pendingRestart: true });
    expect(await truthOf(target)).toEqual(lentTruth);
    expect((await debugView(client, target)).whyThisSize.overridePhase).toBe('ended_awaiting_restart');
    await expect.poll(() => listed(target, { hasOverride: 'true' }), ARRIVAL).toBeUndefined();

    await act(client, 'restart', target);
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_1_3, volumeSizeGb: 10 });
    const { metadata } = (await untilAudited(target, 'set_override'))[0] ?? {};
    expect(metadata).toMatchObject({ asked: { override: { reason: LOAN.reason, preset: 'perf-4-16' } } });
  });

  it('comes at once where that is asked for, and the customer reads nothing of it', async () => {
    const { client } = ready;
    const target = await running('rescued-at-once');
    const before = JSON.parse(await statusText(target));
    await changeHardware(client, 'setSizeOverride', { ...target, ...LOAN, apply: 'now' });
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_4_16, volumeSizeGb: 10 });
    expect(JSON.parse(await statusText(target))).toEqual({ ...before, ...RESTARTED });
    await changeHardware(client, 'clearSizeOverride', { ...target, actor: ADMIN, apply: 'now' });
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_1_3, volumeSizeGb: 10 });
  });

  it('ends with the resize that it leads to, which says so', async () => {
    const { client } = ready;
    const target = await running('sold');
    await changeHardware(client, 'setSizeOverride', { ...target, ...LOAN, apply: 'now' });
    await act(client, 'stop', target);
    const resize = { ...target, actor: ADMIN, targetTier: 'perf-4-8' } as const;
    const loan = { preset: 'perf-4-16', reason: LOAN.reason, actorId: ADMIN.id, machineSize: PERF_4_16 };
    expect((await planOf(client, 'resize', resize)).clears.sizeOverride).toMatchObject(loan);
    const { result } = await changeHardware(client, 'resize', resize);
    expect(result).toMatchObject({ newTier: 'perf-4-8', clearedOverride: loan });
    const [, done] = await untilAudited(target, 'resize');
    expect(done?.metadata).toMatchObject({ result: { clearedOverride: loan } });

    await act(client, 'start', target);
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_4_8, volumeSizeGb: 20 });
    expect(await debugView(client, target)).toMatchObject({
      instanceType: 'perf-4-8',
      sizeOverride: null,
      pendingRestart: false,
    });
    await expect
      .poll(() => listed(target), ARRIVAL)
      .toMatchObject({ instanceType: 'perf-4-8', sizeOverride: null, status: 'running' });
    // The two changes of the override have an audit row each; the resize has its own.
    expect(await auditRowsOf(registryUrl, target, 'clear_override')).toEqual([]);
  });
});

describe('more disk', () => {
  it('makes the instance custom, and only a tier with that much disk fits afterwards', async () => {
    const { client } = ready;
    const target = await running('disk');
    const extended = await changeHardware(client, 'extendVolume', { ...target, targetSizeGb: 15 });
    expect(extended.result).toEqual({ previousSizeGb: 10, sizeGb: 15, needsRestart: false });
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_1_3, volumeSizeGb: 15 });
    const custom = { instanceType: 'custom', machineSize: PERF_1_3, volumeSizeGb: 15 };
    expect(await statusOf(target)).toMatchObject(custom);
    await expect.poll(() => listed(target), ARRIVAL).toMatchObject(custom);

    await act(client, 'stop', target);
    const refusal = await refusalOf(client.call('resize', { ...target, targetTier: 'perf-1-3' }));
    expect(refusal).toMatchObject({ status: 422, code: 'volume_would_shrink' });
    expect(refusal.message).toMatch(/15 GB/);
    await changeHardware(client, 'resize', { ...target, targetTier: 'perf-4-8' });
    await act(client, 'start', target);
    expect(await truthOf(target)).toMatchObject({ state: 'started', guest: PERF_4_8, volumeSizeGb: 20 });
    expect(await statusOf(target)).toMatchObject({ instanceType: 'perf-4-8', volumeSizeGb: 20 });
    const [, done] = await untilAudited(target, 'extend_volume');
    expect(done).toMatchObject({ before: { volumeSizeGb: 10 }, after: { volumeSizeGb: 15 } });
  });
});

describe('an instance from before there were tiers', () => {
  let site: InheritedSite;

  beforeAll(async () => {
    const { flySimulatorToken } = await secretsOf(folder);
    const provider = createFlyProvider({
      fetch: (url, init) => fetch(url, init),
      config: {
        baseUrl: ready.endpoints.flySimulator?.url ?? '',
        token: flySimulatorToken,
        orgSlug: 'personal',
        regions: ['iad'],
        appPrefix: 'kc',
      },
      log: () => undefined,
    });
    site = {
      provider,
      registryUrl,
      fleetId: await fleetIdOf(registryUrl),
      image: 'kiloclaw-demo:latest',
    };
  });

  async function inherited(userId: string, more: Pick<Inherited, 'machineSize' | 'volumeSizeGb'>) {
    const target = newTarget(userId);
    const all = { ...target, ...more, userEmail: `${userId}@example.com`, name: userId, instanceType: null };
    const machineId = await makeInherited(site, all);
    expect(await makeInherited(site, all)).toBe(machineId);
    expect(await listed(target)).toMatchObject({ instanceType: null, machineSize: null, volumeSizeGb: null });
    return { target, machineId };
  }

  const untilRestored = (target: Target) =>
    expect
      .poll(async () => (await debugView(ready.client, target)).operation, { timeout: MINUTE_MS })
      .toBeNull();

  it.each([
    [
      'counts as the tier that it matches',
      { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' },
      20,
      'perf-4-8',
    ],
    [
      'counts as custom where none matches',
      { cpus: 2, memory_mb: 6144, cpu_kind: 'performance' },
      30,
      'custom',
    ],
  ] as const)('%s, from the first look at it', async (what, machineSize, volumeSizeGb, instanceType) => {
    const { target, machineId } = await inherited(instanceType, { machineSize, volumeSizeGb });
    await untilRestored(target);
    const learned = { status: 'running', instanceType, machineSize, volumeSizeGb };
    expect(await statusOf(target), what).toMatchObject(learned);
    await expect.poll(() => listed(target), ARRIVAL).toMatchObject(learned);
    expect(await truthOf(target)).toMatchObject({ machineId, guest: machineSize, volumeSizeGb });
  });

  it('is left unknown where its size is told in an unknown word, which is logged', async () => {
    const { target, machineId } = await inherited('unknown', { machineSize: PERF_4_8, volumeSizeGb: 20 });
    await fly.changeGuest(machineId, { ...PERF_4_8, cpu_kind: 'quantum' });
    await untilRestored(target);
    expect(await statusOf(target)).toMatchObject({
      status: 'running',
      instanceType: null,
      machineSize: null,
    });
    expect((await debugView(ready.client, target)).whyThisSize).toMatchObject({
      decides: 'unknown',
      billed: { instanceType: null, machineSize: null },
    });
    const lines = (await readFile(ready.endpoints.logFile, 'utf8')).split('\n');
    const ignored = lines.filter((line) => line.includes('fly_guest_ignored'));
    expect(ignored.length).toBeGreaterThan(0);
    expect(ignored[0]).toContain('cpu_kind');
    expect(await truthOf(target)).toMatchObject({ machineId, state: 'started' });

    // The word is understood again.
    await fly.changeGuest(machineId, PERF_4_8);
    const look = async () => (await ready.client.call('debugStatus', { ...target, live: 'true' })).body;
    await expect
      .poll(look, { timeout: MINUTE_MS })
      .toMatchObject({ instanceType: 'perf-4-8', machineSize: PERF_4_8 });
  });
});
