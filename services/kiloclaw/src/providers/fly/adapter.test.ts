import { afterAll, describe, expect, it } from 'vitest';
import { TAG } from '../tags.ts';
import { failure, kindOf } from './testing/failure.ts';
import { FLEET, type Life, MACHINE, PERF_1_3, PERF_4_8, SECRET, TOKEN, VOLUME } from './testing/harness.ts';
import { useFly } from './testing/use-fly.ts';

const OTHER_FLEET = '0190a7c4-0000-7000-8000-000000000002';
const APPS = '/v1/apps';
const VOLUMES = '/v1/apps/{app}/volumes';
const MACHINES = '/v1/apps/{app}/machines';
const ONE_MACHINE = `${MACHINES}/{machine}`;

const fly = await useFly();
afterAll(() => {
  expect(fly.judged).toBeGreaterThan(100);
});

async function stoppedLife(): Promise<Life> {
  const life = await fly.provisioned();
  await life.stop();
  return life;
}

describe('a whole life', () => {
  it('provisions with five calls', async () => {
    const life = await fly.provisioned();
    expect(await fly.counters()).toEqual({
      [`POST ${APPS}`]: 1,
      [`POST ${VOLUMES}`]: 1,
      [`POST ${MACHINES}`]: 1,
      [`GET ${ONE_MACHINE}/wait`]: 1,
      [`GET ${ONE_MACHINE}`]: 1,
    });
    expect(await life.observe()).toMatchObject({ state: 'running' });
  });

  it('builds what the spec says, tagged, in a network of its own, that nothing wakes or restarts', async () => {
    const life = await fly.provisioned();
    const { apps, volumes, machines } = await fly.state();
    expect(apps).toMatchObject([{ name: life.text('appName'), network: life.text('appName') }]);
    expect(volumes).toMatchObject([
      {
        name: life.text('volumeName'),
        size_gb: 10,
        region: 'iad',
        encrypted: true,
        attached_machine_id: life.text('machineId'),
      },
    ]);
    expect(machines).toMatchObject([
      {
        name: life.text('machineName'),
        region: 'iad',
        config: {
          image: MACHINE.image,
          env: MACHINE.env,
          guest: PERF_1_3,
          mounts: [{ volume: life.text('volumeId'), path: '/data' }],
          restart: { policy: 'no' },
          auto_destroy: false,
          services: [{ internal_port: 8080, autostart: false, autostop: false }],
          metadata: {
            [TAG.fleetId]: FLEET,
            [TAG.instanceId]: life.tags.instanceId,
            [TAG.userId]: 'user-1',
            [TAG.sandboxId]: life.tags.sandboxId,
            [TAG.sizeSource]: 'tier',
            [TAG.configuration]: 'fingerprint-1',
          },
        },
      },
    ]);
  });

  it('goes through stop, a new size, start and destroy, and leaves nothing', async () => {
    const life = await stoppedLife();
    expect(await life.observe({ until: 'stopped', waitMs: 5_000 })).toMatchObject({
      state: 'stopped',
      size: PERF_1_3,
    });
    await life.updateMachine({
      ...MACHINE,
      size: PERF_4_8,
      sizeSource: 'override',
      configurationFingerprint: 'fingerprint-2',
    });
    expect(await life.observe()).toMatchObject({
      state: 'stopped',
      size: PERF_4_8,
      sizeSource: 'override',
      configurationFingerprint: 'fingerprint-2',
    });
    await life.start();
    const seen = await life.observe({ until: 'running', waitMs: 5_000 });
    expect(seen).toMatchObject({ state: 'running', machineId: life.text('machineId') });
    expect(seen?.endpoint).toBe(`http://${life.text('machineId')}.vm.${life.text('appName')}.internal:8080`);
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    expect(await life.owned()).toEqual([]);
    expect(await fly.state()).toEqual({ apps: [], machines: [], volumes: [] });
  });

  it('tells no log line and no error a secret', async () => {
    const life = await fly.provisioned();
    await fly.fault({
      route: `POST ${ONE_MACHINE}`,
      kind: 'fail_before',
      status: 400,
      body: { error: `invalid config.env.passphrase: ${SECRET} ${TOKEN}` },
    });
    const error = await failure(life.updateMachine(MACHINE));
    const told = JSON.stringify([fly.calls, error.message, error.facts]);
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain(TOKEN);
    expect(told).not.toContain('passphrase');
    expect(fly.calls.every(({ route }) => !route.includes(life.text('appName')))).toBe(true);
    expect(fly.calls.every(({ providerRequestId }) => providerRequestId !== undefined)).toBe(true);
  });
});

describe('a lost answer', () => {
  it('to the creation of the app: the repeat adopts it', async () => {
    const life = fly.life();
    const fired = await fly.fault({ route: `POST ${APPS}`, kind: 'lose_answer' });
    expect(await kindOf(life.ensureHome())).toBe('ambiguous');
    expect(await fired()).toBe(true);
    expect(await life.ensureHome()).toMatchObject({ appName: life.text('appName') });
    expect((await fly.state()).apps).toHaveLength(1);
  });

  it('to the creation of the volume: it is found by its name', async () => {
    const life = fly.life();
    await life.ensureHome();
    expect(await life.findVolume()).toBeNull();
    const fired = await fly.fault({ route: `POST ${VOLUMES}`, kind: 'lose_answer' });
    expect(await kindOf(life.createVolume())).toBe('ambiguous');
    expect(await fired()).toBe(true);
    const [volume] = (await fly.state()).volumes;
    expect(await life.findVolume()).toEqual({ volumeId: volume?.id, region: 'iad' });
  });

  it('to the creation of the machine: it is found by its tags, and by its name a second one is refused and adopted', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume();
    expect(await life.findMachine()).toBeNull();
    const fired = await fly.fault({ route: `POST ${MACHINES}`, kind: 'lose_answer' });
    expect(await kindOf(life.createMachine())).toBe('ambiguous');
    expect(await fired()).toBe(true);
    const [machine] = (await fly.state()).machines;
    const volumeUsedAtMs = expect.any(Number);
    const adopted = { machineId: machine?.id, machineVersion: machine?.instance_id, volumeUsedAtMs };
    expect(await life.createMachine()).toEqual(adopted);
    life.forget('machineId', 'machineVersion');
    expect(await life.findMachine()).toEqual(adopted);
    expect((await fly.state()).machines).toHaveLength(1);
  });

  it.each([
    ['start', `POST ${ONE_MACHINE}/start`, (life: Life) => life.start(), 'started'],
    [
      'update',
      `POST ${ONE_MACHINE}`,
      (life: Life) => life.updateMachine({ ...MACHINE, size: PERF_4_8 }),
      'stopped',
    ],
    ['delete', `DELETE ${ONE_MACHINE}`, (life: Life) => life.deleteMachines(), undefined],
  ])(
    'to %s: ambiguous, and the repeat succeeds without a second effect',
    async (_what, route, act, state) => {
      const life = await stoppedLife();
      const fired = await fly.fault({ route, kind: 'lose_answer' });
      expect(await kindOf(act(life))).toBe('ambiguous');
      expect(await fired()).toBe(true);
      await act(life);
      expect((await fly.state()).machines.map((machine) => machine.state)).toEqual(
        state === undefined ? [] : [state],
      );
    },
  );

  it('to a read: it is simply read again', async () => {
    const life = await fly.provisioned();
    const fired = await fly.fault({ route: `GET ${ONE_MACHINE}`, kind: 'lose_answer' });
    expect(await life.observe()).toMatchObject({ state: 'running' });
    expect(await fired()).toBe(true);
  });
});

describe('findVolume', () => {
  it('goes by the id before any list', async () => {
    const life = await fly.provisioned();
    await fly.control('POST', '/counters/reset');
    await life.findVolume();
    expect(await fly.counters()).toEqual({ [`GET ${VOLUMES}/{volume}`]: 1 });
  });

  it.each(['older', 'newer'] as const)(
    'prefers the one that a machine holds, be it the %s one',
    async (which) => {
      const life = fly.life();
      await life.ensureHome();
      if (which === 'newer') await life.createVolume();
      await life.createVolume();
      await life.createMachine();
      const held = life.text('volumeId');
      if (which === 'older') await life.createVolume();
      life.forget('volumeId');
      expect(await life.findVolume()).toMatchObject({ volumeId: held });
    },
  );

  it('is null for a deleted one, and throws where Fly is silent', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume();
    await fly.control('POST', '/settings', { volumeDestroyMs: 60_000 });
    await life.deleteVolumes();
    expect(await life.findVolume()).toBeNull();
    await fly.fault({ route: `GET ${VOLUMES}`, kind: 'fail_before', times: 10 });
    expect(await kindOf(life.findVolume())).toBe('unavailable');
  });
});

describe('createVolume', () => {
  const FULL = {
    route: `POST ${VOLUMES}`,
    kind: 'fail_before',
    status: 400,
    body: { error: 'no capacity' },
  } as const;

  it('goes to the next region where there is no room', async () => {
    const life = fly.life();
    await life.ensureHome();
    await fly.fault(FULL);
    expect(await life.createVolume()).toMatchObject({ region: 'fra' });
    await life.createMachine();
    expect((await fly.state()).machines).toMatchObject([{ region: 'fra' }]);
  });

  it('is region_full where no region has room, and keeps to a region that was asked for', async () => {
    const life = fly.life();
    await life.ensureHome();
    await fly.fault({ ...FULL, times: 3 });
    expect(await kindOf(life.createVolume())).toBe('region_full');
    expect(await kindOf(life.createVolume({ ...VOLUME, region: 'ams' }))).toBe('region_full');
    expect(await fly.counters()).toMatchObject({ [`POST ${VOLUMES}`]: 3 });
  });

  it('does not go on after an answer that was lost', async () => {
    const life = fly.life();
    await life.ensureHome();
    await fly.fault({ route: `POST ${VOLUMES}`, kind: 'lose_answer' });
    expect(await kindOf(life.createVolume())).toBe('ambiguous');
    expect((await fly.state()).volumes).toHaveLength(1);
  });

  it('refuses to guess a size', async () => {
    const life = fly.life();
    await life.ensureHome();
    const error = await failure(life.createVolume({ ...VOLUME, sizeGb: null }));
    expect(error.message).toContain('volumeSizeGb');
  });
});

describe('removeSurplusVolumes', () => {
  it('deletes the others of our name and keeps the recorded one', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume();
    await life.createVolume();
    await life.removeSurplusVolumes();
    expect((await fly.state()).volumes.map(({ id }) => id)).toEqual([life.text('volumeId')]);
  });

  it('deletes nothing where a machine holds another one', async () => {
    const life = await fly.provisioned();
    await life.createVolume();
    await life.removeSurplusVolumes();
    expect((await fly.state()).volumes).toHaveLength(2);
  });

  it('deletes nothing where the recorded one is not in sight', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume();
    life.resources = { ...life.resources, volumeId: 'vol_0000000000000000' };
    await life.removeSurplusVolumes();
    expect((await fly.state()).volumes).toHaveLength(1);
  });
});

describe('what is not ours', () => {
  async function intruder(life: Life, metadata: Record<string, string>, name = life.text('machineName')) {
    const config = { image: 'registry.example.com/other:1', metadata };
    await fly.api('POST', `/apps/${life.text('appName')}/machines`, { name, config });
  }

  it('a machine of our name with other tags is refused, never adopted, changed or deleted', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume();
    await intruder(life, { [TAG.fleetId]: OTHER_FLEET, [TAG.instanceId]: life.tags.instanceId });
    const before = (await fly.state()).machines;
    expect(await kindOf(life.findMachine())).toBe('invalid');
    const error = await failure(life.createMachine());
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain('other tags');
    const machineId = before[0]?.id ?? '';
    life.resources = { ...life.resources, machineId };
    expect(await kindOf(life.findMachine())).toBe('invalid');
    expect((await failure(life.updateMachine(MACHINE))).message).toContain('other tags');
    await life.deleteMachines();
    expect((await fly.state()).machines).toEqual(before);
  });

  it('an app that holds such a machine is not deleted, and its own volume is', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume();
    await intruder(life, {}, 'by-hand');
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    const { apps, machines, volumes } = await fly.state();
    expect([apps.length, machines.length, volumes.length]).toEqual([1, 1, 0]);
    expect(await life.owned()).toEqual([]);
  });

  it('an app of our name that holds others’ things is not adopted', async () => {
    const life = fly.life();
    await fly.api('POST', '/apps', { name: life.text('appName'), org_slug: 'personal' });
    await fly.api('POST', `/apps/${life.text('appName')}/volumes`, {
      name: 'precious',
      region: 'iad',
      size_gb: 1,
    });
    const error = await failure(life.ensureHome());
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain(life.text('appName'));
  });

  it('an app of our name in another organisation is refused, whether it can be read or not', async () => {
    const life = fly.life();
    await fly.api('POST', '/apps', { name: life.text('appName'), org_slug: 'somebody-else' });
    expect(await kindOf(life.ensureHome())).toBe('invalid');
    await fly.fault({
      route: `GET ${APPS}/{app}`,
      kind: 'fail_before',
      status: 403,
      body: { error: 'unauthorized' },
    });
    expect(await kindOf(life.ensureHome())).toBe('invalid');
  });

  it('a clean-up after that refusal finds nothing of ours and touches nothing', async () => {
    const life = fly.life();
    await fly.api('POST', '/apps', { name: life.text('appName'), org_slug: 'somebody-else' });
    for (const route of [`GET ${MACHINES}`, `GET ${VOLUMES}`]) {
      await fly.fault({
        route,
        kind: 'fail_before',
        status: 403,
        times: 10,
        body: { error: 'unauthorized' },
      });
    }
    await life.deleteMachines();
    await life.deleteVolumes();
    await life.deleteHome();
    expect(await life.owned()).toEqual([]);
    expect((await fly.state()).apps).toHaveLength(1);
  });

  it('but a 403 on an app of our own is no proof of absence', async () => {
    const life = await fly.provisioned();
    await fly.fault({
      route: `GET ${MACHINES}`,
      kind: 'fail_before',
      status: 403,
      body: { error: 'unauthorized' },
    });
    expect(await kindOf(life.owned())).toBe('auth');
  });
});

describe('findMachine', () => {
  it('believes no empty list while the recorded id answers', async () => {
    const life = await fly.provisioned();
    await fly.fault({ route: `GET ${MACHINES}`, kind: 'fail_before', status: 400, times: 10 });
    expect(await life.findMachine()).toMatchObject({ machineId: life.text('machineId') });
  });

  it('finds a machine whose recorded id is gone, and prefers the one that runs', async () => {
    const life = fly.life();
    await life.ensureHome();
    await life.createVolume();
    const metadata = { [TAG.fleetId]: FLEET, [TAG.instanceId]: life.tags.instanceId };
    const request = { name: 'waits', config: { image: MACHINE.image, metadata }, skip_launch: true };
    await fly.api('POST', `/apps/${life.text('appName')}/machines`, request);
    await life.createMachine();
    const runs = life.text('machineId');
    life.resources = { ...life.resources, machineId: '00000000000000' };
    expect(await life.findMachine()).toMatchObject({ machineId: runs });
  });

  it('throws where Fly does not answer', async () => {
    const life = await fly.provisioned();
    await fly.fault({ route: `GET ${ONE_MACHINE}`, kind: 'fail_before', times: 10 });
    expect(await kindOf(life.findMachine())).toBe('unavailable');
  });
});

describe('updateMachine', () => {
  it('keeps what is not ours in the configuration', async () => {
    const life = await stoppedLife();
    const path = `/apps/${life.text('appName')}/machines/${life.text('machineId')}`;
    const [machine] = (await fly.state()).machines;
    const mounts = [
      {
        volume: life.text('volumeId'),
        path: '/data',
        extend_threshold_percent: 80,
        add_size_gb: 5,
        size_gb_limit: 100,
      },
    ];
    const config = {
      ...machine?.config,
      services: [],
      init: { exec: ['/bin/app'] },
      metadata: {
        ...life.tags,
        [TAG.fleetId]: FLEET,
        [TAG.instanceId]: life.tags.instanceId,
        owner: 'alice',
      },
      mounts,
    };
    await fly.api('POST', path, { config });
    await life.updateMachine({ ...MACHINE, env: { ONLY: 'this' }, size: PERF_4_8 });
    expect((await fly.state()).machines[0]?.config).toMatchObject({
      init: { exec: ['/bin/app'] },
      metadata: { owner: 'alice', [TAG.configuration]: 'fingerprint-1' },
      mounts,
      env: { ONLY: 'this' },
      guest: PERF_4_8,
    });
    expect((await fly.state()).machines[0]?.config.env).toEqual({ ONLY: 'this' });
  });

  it('leaves down also a machine that was started meanwhile', async () => {
    const life = await fly.provisioned();
    await life.updateMachine({ ...MACHINE, size: PERF_4_8 });
    expect(await life.observe()).toMatchObject({ state: 'stopped', size: PERF_4_8 });
  });

  it('is a conflict where the machine was changed between reading and writing', async () => {
    const life = await stoppedLife();
    const body = { error: 'aborted: current_version does not match' };
    await fly.fault({ route: `POST ${ONE_MACHINE}`, kind: 'fail_before', status: 409, body });
    expect(await kindOf(life.updateMachine(MACHINE))).toBe('conflict');
  });

  it('is host_full where the host has no room, and then nothing has changed', async () => {
    const life = await stoppedLife();
    const body = {
      error:
        'aborted: could not reserve resource for machine: insufficient memory available to fulfill request',
    };
    await fly.fault({ route: `POST ${ONE_MACHINE}`, kind: 'fail_before', status: 409, body });
    expect(await kindOf(life.updateMachine({ ...MACHINE, size: PERF_4_8 }))).toBe('host_full');
    expect(await life.observe()).toMatchObject({ size: PERF_1_3 });
  });

  it('leaves the machine stopped; a start while it is replaced may pass', async () => {
    await fly.control('POST', '/settings', { updateMs: 60_000 });
    const life = await stoppedLife();
    await life.updateMachine({ ...MACHINE, size: PERF_4_8 });
    expect(await life.observe()).toMatchObject({ state: 'transient' });
    expect(await kindOf(life.start())).toBe('precondition');
  });
});

describe('power', () => {
  it('starting twice and stopping twice are harmless, and so is stopping one that is gone', async () => {
    const life = await fly.provisioned();
    await life.start();
    await life.stop();
    await life.stop();
    await fly.control('POST', `/machines/${life.text('machineId')}`, { delete: true });
    await life.stop();
    life.forget('machineId');
    await life.stop();
    expect(await kindOf(life.start())).toBe('not_found');
  });
});

describe('observeMachine', () => {
  it('is null without a recorded machine (without a call), for one that is gone, and for a tombstone', async () => {
    expect(await fly.life().observe()).toBeNull();
    expect(fly.calls).toEqual([]);
    const life = await fly.provisioned();
    await fly.control('POST', '/settings', { tombstoneMs: 60_000 });
    await life.deleteMachines();
    expect(await life.observe()).toBeNull();
    await fly.control('POST', `/machines/${life.text('machineId')}`, { delete: true });
    expect(await life.observe()).toBeNull();
  });

  it('waits in whole seconds, not at all below one, and takes a wait that ran out for no error', async () => {
    const life = await fly.provisioned();
    await fly.control('POST', '/counters/reset');
    await life.observe({ until: 'stopped', waitMs: 999 });
    expect(await fly.counters()).toEqual({ [`GET ${ONE_MACHINE}`]: 1 });
    expect(await life.observe({ until: 'stopped', waitMs: 1_900 })).toMatchObject({ state: 'running' });
    const waits = fly.calls.filter(({ route }) => route.endsWith('/wait'));
    expect(waits.at(-1)?.status).toBe(408);
    expect(await fly.counters()).toEqual({ [`GET ${ONE_MACHINE}`]: 2, [`GET ${ONE_MACHINE}/wait`]: 1 });
  });

  it('survives a wait on a version that somebody else has replaced', async () => {
    const life = await fly.provisioned();
    const guest = { cpu_kind: 'shared', cpus: 2, memory_mb: 4096 };
    await fly.control('POST', `/machines/${life.text('machineId')}`, { guest });
    expect(await life.observe({ until: 'running', waitMs: 1_000 })).toMatchObject({
      state: 'running',
      size: guest,
    });
  });

  it.each([
    ['suspended', 'stopped'],
    ['failed', 'failed'],
    ['replacing', 'transient'],
    ['launch_failed', 'transient'],
    ['teleporting', 'unknown'],
    ['constructor', 'unknown'],
  ])('reads %s as %s', async (state, expected) => {
    const life = await fly.provisioned();
    await fly.control('POST', `/machines/${life.text('machineId')}`, { state });
    expect(await life.observe()).toMatchObject({ state: expected });
  });

  it('reads created as on its way, and as at rest once it is older than a launch takes', async () => {
    await fly.control('POST', '/settings', { createMs: 3_600_000 });
    let aheadMs = 0;
    const life = fly.life(fly.provider({}, () => Date.now() + aheadMs));
    await life.ensureHome();
    await life.createVolume();
    await life.createMachine();
    expect(await life.observe()).toMatchObject({ state: 'transient' });
    aheadMs = 5 * 60_000;
    expect(await life.observe()).toMatchObject({ state: 'stopped' });
    expect(await kindOf(life.start())).toBe('precondition');
  });

  it.each([
    [
      'an absent kind as shared',
      { cpus: 2, memory_mb: 3072 },
      { cpus: 2, memory_mb: 3072, cpu_kind: 'shared' },
    ],
    ['an unknown kind as no size', { cpu_kind: 'quantum', cpus: 1, memory_mb: 256 }, null],
    ['an absurd number as no size', { cpu_kind: 'shared', cpus: -1, memory_mb: 256 }, null],
    ['an empty guest as no size', {}, null],
  ])('reads %s', async (_what, guest, size) => {
    const life = await fly.provisioned();
    const machine = `/machines/${life.text('machineId')}`;
    await fly.control('POST', machine, { guest });
    // The words are wrong on purpose: the document's judgement of the answer does not count.
    const seen = await life.observe();
    fly.problems.length = 0;
    expect(seen).toMatchObject({ state: 'running', size });
  });
});

describe('deletion', () => {
  it('repeated is a success at every step', async () => {
    const life = await fly.provisioned();
    for (const act of [life.deleteMachines, life.deleteVolumes, life.deleteHome]) {
      await act();
      await act();
    }
    await life.deleteMachines();
    await life.deleteVolumes();
    expect(await life.owned()).toEqual([]);
  });

  it('of a volume that a machine still binds may pass', async () => {
    await fly.control('POST', '/settings', { unbindLagMs: 60_000 });
    const life = await fly.provisioned();
    await life.deleteMachines();
    const error = await failure(life.deleteVolumes());
    expect(error.kind).toBe('precondition');
    expect(error.facts.details).toMatchObject({ reason: 'volume_bound' });
    expect(await life.owned()).toEqual([
      {
        kind: 'volume',
        id: life.text('volumeId'),
        instanceId: life.tags.instanceId,
        createdAtMs: expect.any(Number),
      },
    ]);
  });

  it('takes what no record knows: a second volume of our name, a second machine with our tags', async () => {
    const life = await fly.provisioned();
    await life.createVolume();
    const metadata = { [TAG.fleetId]: FLEET, [TAG.instanceId]: life.tags.instanceId };
    await fly.api('POST', `/apps/${life.text('appName')}/machines`, {
      name: 'second',
      config: { image: MACHINE.image, metadata },
    });
    life.forget('machineId', 'volumeId');
    expect(await life.owned()).toHaveLength(4);
    await life.deleteMachines();
    await life.deleteVolumes();
    expect(await life.owned()).toEqual([]);
  });

  it('counts a machine on its way out, and not a volume that is only kept for a day', async () => {
    await fly.control('POST', '/settings', { destroyMs: 60_000 });
    const life = await fly.provisioned();
    await life.deleteMachines();
    expect(await life.owned()).toMatchObject([{ kind: 'machine' }, { kind: 'volume' }]);
    await fly.control('POST', `/machines/${life.text('machineId')}`, { delete: true });
    await fly.control('POST', '/settings', { volumeDestroyMs: 60_000 });
    await life.deleteVolumes();
    expect((await fly.state()).volumes).toMatchObject([{ state: 'pending_destroy' }]);
    expect(await life.owned()).toEqual([]);
  });
});

describe('a new app', () => {
  it.each([404, 401])('that answers %i at once may pass; an old one is what it says', async (status) => {
    let aheadMs = 0;
    const life = fly.life(fly.provider({}, () => Date.now() + aheadMs));
    await life.ensureHome();
    const body = { error: 'not known here' };
    await fly.fault({ route: `POST ${VOLUMES}`, kind: 'fail_before', status, body, times: 2 });
    expect(await kindOf(life.createVolume())).toBe('precondition');
    aheadMs = 60_000;
    expect(await kindOf(life.createVolume())).toBe(status === 404 ? 'not_found' : 'auth');
  });

  it('whose name is taken but which is not there yet may pass', async () => {
    const life = fly.life();
    const fired = await fly.fault({
      route: `GET ${APPS}/{app}`,
      kind: 'fail_before',
      status: 404,
      body: { error: 'not found' },
    });
    await life.ensureHome();
    expect(await kindOf(life.ensureHome())).toBe('precondition');
    expect(await fired()).toBe(true);
  });
});

describe('listFleet', () => {
  it('lists the machines and volumes of one fleet, with their instances', async () => {
    const provider = fly.provider();
    const a = await fly.provisioned(fly.life(provider));
    const b = fly.life(provider);
    await b.ensureHome();
    await b.createVolume();
    await fly.provisioned(fly.life(provider, OTHER_FLEET));
    await fly.provisioned(fly.life(fly.provider({ appPrefix: 'other' })));
    await fly.api('POST', '/apps', { name: 'kc-by-hand', org_slug: 'personal' });
    const found = [...(await provider.listFleet(FLEET))].sort((x, y) => x.id.localeCompare(y.id));
    const createdAtMs = expect.any(Number);
    const expected = [
      { kind: 'machine', id: a.text('machineId'), instanceId: a.tags.instanceId, createdAtMs },
      { kind: 'volume', id: a.text('volumeId'), instanceId: a.tags.instanceId, createdAtMs },
      { kind: 'volume', id: b.text('volumeId'), instanceId: b.tags.instanceId, createdAtMs },
    ].sort((x, y) => x.id.localeCompare(y.id));
    expect(found).toEqual(expected);
  });
});

it('a wrong token is auth, and names the variable', async () => {
  const error = await failure(fly.life(fly.provider({ token: 'wrong' })).ensureHome());
  expect(error.kind).toBe('auth');
  expect(error.message).toContain('FLY_API_TOKEN');
});

it('a machine changes in place, whatever changes', () => {
  const { machineChange } = fly.provider();
  const build = { size: PERF_1_3, sizeSource: 'tier', configurationFingerprint: 'a' } as const;
  expect(machineChange(build, { ...build })).toBe('none');
  expect(machineChange(build, { ...build, size: PERF_4_8 })).toBe('update');
  expect(machineChange(build, { ...build, sizeSource: 'override' })).toBe('update');
  expect(machineChange(build, { ...build, configurationFingerprint: 'b' })).toBe('update');
});
