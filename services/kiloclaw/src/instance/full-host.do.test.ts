/** A move to another host, through the API and the object to the provider's simulator, whose hosts are finite. */
import { afterEach, expect, it } from 'vitest';
import { atFly, setFlyHosts } from '../testing/fly-control.ts';
import { change, liveStatusOf, newTarget, provisioned, statusOf } from '../testing/platform.ts';

const LARGE = { cpus: 64, memoryMb: 262_144 };

afterEach(async () => setFlyHosts({}));

it('an instance whose host is full is started on another one, with its data; an admin deletes what was left', async () => {
  const target = newTarget();
  await provisioned(target);
  await change('stop', target);
  const before = (await liveStatusOf(target)).providerState;
  const home = String((await statusOf(target)).region);
  // Its host is the first one of its region, which has no room for anything now.
  await setFlyHosts({ [home]: [{ cpus: 0, memoryMb: 0 }, LARGE] });
  expect((await change('start', target)).operation).toMatchObject({ kind: 'start', status: 'succeeded' });
  const moved = await liveStatusOf(target);
  const { appName, volumeId, machineId } = moved.providerState;
  expect(moved).toMatchObject({
    status: 'running',
    instanceType: 'perf-1-3',
    volumeSizeGb: 10,
    drift: [{ kind: 'retired_volume', details: { volumeIds: [before.volumeId] } }],
  });
  expect([volumeId === before.volumeId, machineId === before.machineId]).toEqual([false, false]);
  expect((await atFly(appName)).machines.filter(({ state }) => state !== 'destroyed')).toMatchObject([
    { id: machineId, state: 'started', config: { mounts: [{ volume: volumeId }] } },
  ]);
  const repair = { ...target, finding: 'retired_volume', choice: `delete:${before.volumeId}` };
  expect((await change('repair', repair)).operation.status).toBe('succeeded');
  expect((await liveStatusOf(target)).drift).toEqual([]);
  expect((await atFly(appName)).volumes.map(({ id }) => id)).toEqual([volumeId]);
});
