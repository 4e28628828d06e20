/// <reference types="@cloudflare/vitest-plugin/types" />

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import type { InstanceRow } from '@kiloclaw/db';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FLY_TOKEN } from '../../testing/bindings.ts';
import {
  atFly,
  changeMachine,
  changeVolume,
  clearFaults,
  flyCounters,
  resetFlyCounters,
} from '../../testing/fly-control.ts';
import {
  bindings,
  change,
  crash,
  errorOf,
  liveStatusOf,
  newTarget,
  objectOf,
  operationsOf,
  provisioned,
  send,
  statusOf,
  type Target,
} from '../../testing/platform.ts';
import { auditRowsOf, registryRowOf, untilPaid } from '../../testing/registry.ts';
import type { InstanceRpc } from '../instance-rpc.ts';

const HOUR_MS = 3_600_000;

afterEach(async () => {
  vi.restoreAllMocks();
  await clearFaults();
});

async function instance(): Promise<Target> {
  const target = newTarget();
  await provisioned(target);
  await untilPaid(target);
  return target;
}

const kindsOf = ({ drift }: { drift: readonly { kind: string }[] }) => drift.map(({ kind }) => kind);

/** Changes the stored record as some other release, or some other hand, could have left it. */
async function rewrite(target: Target, ...pathsAndValues: readonly string[]): Promise<void> {
  await runInDurableObject(objectOf(target), (_object, { storage }) => {
    for (let at = 0; at < pathsAndValues.length; at += 2)
      storage.sql.exec(
        'UPDATE record SET state = json_set(state, ?, json(?))',
        pathsAndValues[at],
        pathsAndValues[at + 1],
      );
  });
  await crash(target);
}

describe('an instance from before tiers', () => {
  const forgetSize = (target: Target) =>
    rewrite(target, '$.machineSize', 'null', '$.instanceType', 'null', '$.volumeSizeGb', 'null');
  const KNOWN = { instanceType: 'perf-1-3', volumeSizeGb: 10, machineSize: { cpus: 1, memory_mb: 3072 } };

  it('gets its size and its tier by being looked at, and the registry hears of it', async () => {
    const target = await instance();
    await forgetSize(target);
    expect(await liveStatusOf(target)).toMatchObject(KNOWN);
    await untilPaid(target);
    expect(await registryRowOf(target)).toMatchObject(KNOWN);
    const [learned] = await operationsOf(target);
    expect(learned).toMatchObject({
      operation: { kind: 'repair', status: 'succeeded', actor: { kind: 'system', id: 'reconcile' } },
    });
    const rows = (await auditRowsOf(target)).filter(({ action }) => action === 'repair');
    expect(rows.map(({ outcome }) => outcome)).toEqual(['requested', 'succeeded']);
  });

  it('gets it by the next alarm where nobody looks', async () => {
    const target = await instance();
    await forgetSize(target);
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + HOUR_MS);
    await runDurableObjectAlarm(objectOf(target));
    vi.restoreAllMocks();
    expect(await statusOf(target)).toMatchObject(KNOWN);
  });

  it('is custom where no tier is of that size, and unknown where the guest is in words that nobody knows', async () => {
    const target = await instance();
    const { machineId } = (await liveStatusOf(target)).providerState;
    await changeMachine(machineId, { guest: { cpus: 1, memory_mb: 3072, cpu_kind: 'quantum' } });
    await forgetSize(target);
    expect(await liveStatusOf(target)).toMatchObject({ instanceType: null, machineSize: null });
    await changeMachine(machineId, { guest: { cpus: 2, memory_mb: 6144, cpu_kind: 'performance' } });
    expect(await liveStatusOf(target)).toMatchObject({ instanceType: 'custom', machineSize: { cpus: 2 } });
  });
});

describe('what changed behind our back', () => {
  it('a volume that was grown is adopted, its label is not touched', async () => {
    const target = await instance();
    const { volumeId } = (await liveStatusOf(target)).providerState;
    await changeVolume(volumeId, { size_gb: 25 });
    const seen = await liveStatusOf(target);
    expect(seen).toMatchObject({ volumeSizeGb: 25, instanceType: 'perf-1-3' });
    expect(kindsOf(seen)).toEqual(['volume_above_tier']);
    await untilPaid(target);
    expect(await registryRowOf(target)).toMatchObject({
      volumeSizeGb: 25,
      driftKinds: ['volume_above_tier'],
    });
  });

  it('a machine that was deleted is forgotten at the second look, and made by the next start alone', async () => {
    const target = await instance();
    const { machineId, appName } = (await liveStatusOf(target)).providerState;
    await changeMachine(machineId, { delete: true });
    expect((await liveStatusOf(target)).status).toBe('running');
    const seen = await liveStatusOf(target);
    expect([seen.status, seen.providerState.machineId]).toEqual(['stopped', null]);
    expect((await atFly(appName)).machines).toEqual([]);
    await change('start', target);
    const there = await atFly(appName);
    expect([there.machines.length, (await statusOf(target)).status]).toEqual([1, 'running']);
    expect(there.volumes).toHaveLength(1);
  });

  it('a size that was changed on the running machine is shown, and not taken for its own', async () => {
    const target = await instance();
    const { machineId } = (await liveStatusOf(target)).providerState;
    await changeMachine(machineId, { guest: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } });
    await changeMachine(machineId, { state: 'started' });
    const seen = await liveStatusOf(target);
    expect(seen).toMatchObject({ instanceType: 'perf-1-3', machineSize: { cpus: 1 } });
    expect(kindsOf(seen)).toEqual(['size_differs']);
    await change('restart', target);
    expect(kindsOf(await liveStatusOf(target))).toEqual([]);
  });

  it('a volume that was deleted is missed at the second look, and replaced on an admin’s word alone', async () => {
    const target = await instance();
    const confirmed = { ...target, confirm: 'data is lost' };
    expect(errorOf(await send('replaceVolume', confirmed))).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    const { volumeId, appName } = (await liveStatusOf(target)).providerState;
    await changeVolume(volumeId, { delete: true });
    await liveStatusOf(target);
    expect(kindsOf(await liveStatusOf(target))).toEqual(['volume_missing']);
    const answer = await change('replaceVolume', confirmed);
    expect(answer.operation).toMatchObject({ kind: 'replace_volume', status: 'succeeded' });
    const seen = await liveStatusOf(target);
    const there = await atFly(appName);
    expect(there).toMatchObject({ machines: [{ state: 'started' }], volumes: [{ size_gb: 10 }] });
    expect([seen.status, kindsOf(seen)]).toEqual(['running', []]);
    expect(seen.providerState).toMatchObject({
      machineId: there.machines[0]?.id,
      volumeId: there.volumes[0]?.id,
    });
  });

  it('a machine that is on another volume is made anew on its own', async () => {
    const target = await instance();
    const { appName, volumeName, volumeId } = (await liveStatusOf(target)).providerState;
    const response = await fetch(`${bindings.FLY_API_BASE_URL}/v1/apps/${appName}/volumes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${FLY_TOKEN}` },
      body: JSON.stringify({ name: volumeName, region: 'iad', size_gb: 10 }),
    });
    const other = ((await response.json()) as { id: string }).id;
    await rewrite(target, '$.resources.volumeId', JSON.stringify(other));
    const seen = await liveStatusOf(target);
    expect(seen.drift).toMatchObject([
      { kind: 'volume_not_mounted', details: { mountedVolumeId: volumeId, volumeId: other } },
    ]);
    const repair = { ...target, finding: 'volume_not_mounted', choice: 'remount' };
    expect((await change('repair', repair)).operation).toMatchObject({ kind: 'repair', status: 'succeeded' });
    // The volume that it was on is still there, and an admin’s to let go.
    expect(kindsOf(await liveStatusOf(target))).toEqual(['retired_volume']);
    const [machine] = (await atFly(appName)).machines;
    expect(machine).toMatchObject({ state: 'started', config: { mounts: [{ volume: other }] } });
  });
});

describe('a tick', () => {
  it('looks at the volume in one of six', async () => {
    const target = await instance();
    await liveStatusOf(target);
    await resetFlyCounters();
    let now = Date.now();
    for (let tick = 0; tick < 12; tick += 1) {
      now += HOUR_MS;
      vi.spyOn(Date, 'now').mockReturnValue(now);
      await runDurableObjectAlarm(objectOf(target));
    }
    expect(await flyCounters()).toEqual({
      'GET /v1/apps/{app}/machines/{machine}': 12,
      'GET /v1/apps/{app}/volumes/{volume}': 2,
    });
  });
});

describe('a sweep', () => {
  it('sets an alarm that was lost, and overwrites a row that is another', async () => {
    const target = await instance();
    const row = await registryRowOf(target);
    await runInDurableObject(objectOf(target), (_object, { storage }) => storage.deleteAlarm());
    const actor = { kind: 'system', id: 'sweep' } as const;
    const caller = { v: 1, ...target, actor, requestId: 'sweep-1' } as const;
    if (row === null) throw new Error('there is no row');
    const object: unknown = objectOf(target);
    const sweep = (found: InstanceRow) => (object as InstanceRpc).sweep({ caller, row: found });
    const rowVersion = row.registryVersion + 5;
    const answer = await sweep({ ...row, registryVersion: rowVersion });
    expect(answer).toEqual({ ok: true, value: { alarmRepaired: true, rowDiffered: true } });
    const alarm = await runInDurableObject(objectOf(target), (_object, { storage }) => storage.getAlarm());
    expect(alarm).not.toBeNull();
    await untilPaid(target);
    const written = await registryRowOf(target);
    expect(written?.registryVersion).toBeGreaterThan(rowVersion);
    if (written === null) throw new Error('there is no row');
    expect(await sweep(written)).toEqual({ ok: true, value: { alarmRepaired: false, rowDiffered: false } });
  });
});

describe('an object that is ended between two looks', () => {
  it('believes at the second one that its machine is down, and each of its alarms looks', async () => {
    const target = await instance();
    const { machineId } = (await liveStatusOf(target)).providerState;
    await changeMachine(machineId, { state: 'stopped' });
    for (const status of ['running', 'stopped']) {
      await evictDurableObject(objectOf(target));
      await resetFlyCounters();
      await runDurableObjectAlarm(objectOf(target));
      expect(await flyCounters()).toMatchObject({ 'GET /v1/apps/{app}/machines/{machine}': 1 });
      expect((await statusOf(target)).status).toBe(status);
    }
  });
});
