import { createRequire } from 'node:module';
import type flyAdmin from 'fly-admin/dist/client.js';
import type * as flyAdminTypes from 'fly-admin/dist/lib/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEVIATIONS } from './testing/deviations.ts';
import { Harness, TOKEN } from './testing/harness.ts';
import { OpenApiJudge } from './testing/openapi.ts';
import { type RecordingProxy, startRecordingProxy } from './testing/recording-proxy.ts';

// A client that others wrote and published lives a whole life here; one test goes on where the last one ended. The
// package's entry always calls the real service; the class behind it takes another address.
const load = createRequire(import.meta.url);
const { default: FlyAdminClient }: typeof flyAdmin = load('fly-admin/dist/client.js');
const words: typeof flyAdminTypes = load('fly-admin/dist/lib/types.js');

const APP = 'published';
const SMALL = { cpu_kind: 'performance', cpus: 1, memory_mb: 3072 };
const LARGE = { cpu_kind: 'performance', cpus: 4, memory_mb: 8192 };
let harness: Harness;
let proxy: RecordingProxy;
let client: InstanceType<typeof FlyAdminClient>;
let volumeId: string;
let machineId: string;
let firstVersion: string;

const config = (guest: object) => ({
  image: 'registry.example.com/team/app:v1',
  guest,
  env: { PORT: '8080' },
  metadata: { owner: 'o1' },
  mounts: [{ volume: volumeId, path: '/data' }],
  restart: { policy: words.ApiMachineRestartPolicyEnum.No },
});

const machine = () => ({ app_name: APP, machine_id: machineId });
const volume = () => ({ app_name: APP, volume_id: volumeId });
const state = async () => (await client.Machine.getMachine(machine())).state;

beforeAll(async () => {
  harness = await Harness.start();
  proxy = await startRecordingProxy(harness.simulator.url);
  client = new FlyAdminClient(TOKEN, { apiUrl: proxy.url, graphqlUrl: proxy.url });
});

afterAll(async () => {
  await proxy.close();
  await harness.stop();
});

describe('fly-admin', () => {
  it('makes an app and finds it', async () => {
    await client.App.createApp({ app_name: APP, org_slug: 'personal', network: APP });
    expect(await client.App.getApp(APP)).toMatchObject({ name: APP, organization: { slug: 'personal' } });
    expect((await client.App.listApps('personal')).apps).toMatchObject([{ name: APP, network: APP }]);
    await expect(client.App.getApp('absent')).rejects.toThrow(/^404: /);
  });

  it('makes a volume, extends it, and lists its snapshots', async () => {
    const request = { app_name: APP, name: 'data', region: 'iad', size_gb: 10, compute: SMALL };
    volumeId = (await client.Volume.createVolume(request)).id;
    const extended = await client.Volume.extendVolume({ ...volume(), size_gb: 20 });
    expect(extended).toMatchObject({ needs_restart: false, volume: { id: volumeId, size_gb: 20 } });
    await expect(client.Volume.extendVolume({ ...volume(), size_gb: 5 })).rejects.toThrow(/^400: /);
    expect(await client.Volume.getVolume(volume())).toMatchObject({ size_gb: 20, attached_machine_id: null });
    expect(await client.Volume.listVolumes(APP)).toHaveLength(1);
    expect(await client.Volume.listSnapshots(volume())).toEqual([]);
  });

  it('makes a machine on it, waits until it runs, and finds it by region and tag', async () => {
    const created = await client.Machine.createMachine({
      app_name: APP,
      name: 'one',
      region: 'iad',
      config: config(SMALL),
    });
    machineId = created.id;
    firstVersion = created.instance_id;
    expect(
      await client.Machine.waitMachine({ ...machine(), instance_id: firstVersion, timeout: '30s' }),
    ).toMatchObject({ ok: true });
    expect(await state()).toBe('started');
    const tagged = { app_name: APP, region: 'iad', 'metadata.owner': 'o1' };
    expect(await client.Machine.listMachines(tagged)).toMatchObject([{ id: machineId }]);
    const others = { ...tagged, 'metadata.owner': 'o2' };
    expect(await client.Machine.listMachines(others)).toEqual([]);
    expect(await client.Machine.listProcesses(machine())).toHaveLength(1);
  });

  it('takes a lease, under which it can write no more, since it knows no nonce', async () => {
    const { status, data } = await client.Machine.acquireLease({ ...machine(), ttl: 30 });
    expect([status, data.nonce.length]).toEqual(['success', 12]);
    expect((await client.Machine.getLease(machine())).data.nonce).toBe(data.nonce);
    await expect(client.Machine.stopMachine(machine())).rejects.toThrow(/^409: .*lease currently held/);
    harness.clock.move(30_000);
    await expect(client.Machine.getLease(machine())).rejects.toThrow(/^404: /);
  });

  it('stops it, gives it another size under the lock of its version, and starts it', async () => {
    expect(await client.Machine.stopMachine(machine())).toEqual({ ok: true });
    expect(await state()).toBe('stopped');
    const request = { ...machine(), name: 'one', region: 'iad', config: config(LARGE) };
    const current = { ...request, current_version: firstVersion };
    const updated = await client.Machine.updateMachine(current);
    expect(updated).toMatchObject({ state: 'replacing', config: { guest: LARGE } });
    await expect(client.Machine.updateMachine(current)).rejects.toThrow(/^409: .*current_version/);
    await client.Machine.waitMachine({
      ...machine(),
      instance_id: updated.instance_id,
      state: words.StateEnum.Stopped,
    });
    await client.Machine.startMachine(machine());
    expect(await state()).toBe('started');
  });

  it('reads its versions and events', async () => {
    const versions = await client.Machine.listVersions(machine());
    expect(versions).toMatchObject([{ user_config: { guest: LARGE } }, { version: firstVersion }]);
    const events = await client.Machine.listEvents(machine());
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'launch', status: 'created', source: 'user' }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'exit',
        request: expect.objectContaining({ exit_event: expect.objectContaining({ oom_killed: false }) }),
      }),
    );
  });

  it('cordons, restarts and signals it', async () => {
    await client.Machine.cordonMachine(machine());
    await client.Machine.uncordonMachine(machine());
    await client.Machine.restartMachine(machine());
    expect(await state()).toBe('started');
    await client.Machine.signalMachine({ ...machine(), signal: words.SignalRequestSignalEnum.SIGTERM });
    expect(await state()).toBe('stopped');
  });

  it('deletes machine, volume and app, in that order alone', async () => {
    await expect(client.Volume.deleteVolume(volume())).rejects.toThrow(/^412: .*currently bound to machine/);
    await client.Machine.startMachine(machine());
    await state();
    await expect(client.Machine.deleteMachine(machine())).rejects.toThrow(/^412: /);
    expect(await client.Machine.deleteMachine({ ...machine(), force: true })).toEqual({ ok: true });
    await expect(state()).rejects.toThrow(/^404: /);
    expect((await client.Volume.deleteVolume(volume())).state).toBe('pending_destroy');
    await client.App.deleteApp(APP);
    await expect(client.App.getApp(APP)).rejects.toThrow(/^404: /);
  });

  it('has sent and got nothing that is not in the provider’s document, but for an empty body of its own', () => {
    expect(proxy.records.length).toBeGreaterThan(40);
    const judge = new OpenApiJudge(DEVIATIONS);
    expect(proxy.records.flatMap((record) => judge.judge(record))).toEqual([
      'POST /apps/{app_name}/machines/{machine_id}/restart 200: the request has a body',
    ]);
  });
});
