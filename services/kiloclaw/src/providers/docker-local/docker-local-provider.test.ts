import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MachineBuild, Provider, Resources } from '../provider.ts';
import { ownerTags } from '../tags.ts';
import { machineChange } from './docker-local-provider.ts';
import {
  CONTAINER,
  errorOf,
  gone,
  LABELS,
  lost,
  MB,
  message,
  type Reply,
  reply,
  SPEC,
  setUp,
  TAGS,
  VOLUME,
} from './testing/canned-engine.ts';

describe('the API version', () => {
  it('is asked for once, and clamped to the newest that is known', async () => {
    const { provider, asked } = setUp({});
    await provider.fitSize(SPEC.size);
    await provider.fitSize(SPEC.size);
    expect(asked).toEqual(['GET /version', 'GET /info', 'GET /info']);
  });

  it('is asked for again after a failure', async () => {
    const { provider } = setUp({
      'GET /version': [lost, lost, lost, reply(200, { ApiVersion: '1.44' })],
    });
    expect((await errorOf(provider.fitSize(SPEC.size))).kind).toBe('unavailable');
    expect(await provider.fitSize(SPEC.size)).toEqual(SPEC.size);
  });

  it('is asked for anew where the engine is another release meanwhile', async () => {
    const tooNew = message(400, 'client version 1.44 is too new. Maximum supported API version is 1.41');
    const { provider, asked } = setUp({
      'GET /version': [reply(200, { ApiVersion: '1.44' }), reply(200, { ApiVersion: '1.41' })],
      'GET /info': [tooNew, reply(200, { NCPU: 2, MemTotal: 4096 * MB })],
    });
    expect((await errorOf(provider.fitSize(SPEC.size))).kind).toBe('unavailable');
    expect(await provider.fitSize(SPEC.size)).toEqual(SPEC.size);
    expect(asked).toEqual(['GET /version', 'GET /info', 'GET /version', 'GET /info']);
  });

  it.each([
    [{ ApiVersion: '1.40', MinAPIVersion: '1.12' }],
    [{ ApiVersion: '1.60', MinAPIVersion: '1.50' }],
    [{ ApiVersion: 'two' }],
  ])('%j is refused', async (offered) => {
    const { provider } = setUp({ 'GET /version': [reply(200, offered)] });
    expect((await errorOf(provider.fitSize(SPEC.size))).kind).toBe('invalid');
  });
});

describe('fitSize', () => {
  const tooLarge = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

  it('refuses what the host lacks, with both numbers', async () => {
    const error = await errorOf(setUp({}).provider.fitSize(tooLarge));
    expect(error.kind).toBe('host_too_small');
    expect(error.message).toMatch(/2 CPUs and 4096 MB.*4 CPUs and 8192 MB/);
    expect(error.facts.details).toEqual({
      asked: { cpus: 4, memory_mb: 8192 },
      host: { cpus: 2, memory_mb: 4096 },
    });
  });

  it('gives what the host has when it may clamp', async () => {
    const given = await setUp({}, true).provider.fitSize(tooLarge);
    expect(given).toEqual({ cpus: 2, memory_mb: 4096, cpu_kind: 'performance' });
  });
});

describe('createMachine', () => {
  const create = 'POST /containers/create';
  const inUse = message(409, 'Conflict. The container name "/kc-1" is already in use by container "c1".');

  it('makes and starts it', async () => {
    const { provider, asked } = setUp({ [create]: [reply(201, { Id: 'c1', Warnings: [] })] });
    const learned = await provider.createMachine(TAGS, {}, SPEC);
    expect(learned).toEqual({ containerName: 'kc-1', machineId: 'c1', hostPort: 28_003 });
    expect(asked.slice(-3)).toEqual([create, 'GET /containers/json', 'POST /containers/c1/start']);
  });

  it('takes over the one that a lost answer has left', async () => {
    const { provider } = setUp({
      [create]: [lost, inUse],
      'GET /containers/kc-1/json': [reply(200, CONTAINER)],
    });
    expect((await errorOf(provider.createMachine(TAGS, {}, SPEC))).kind).toBe('ambiguous');
    expect(await provider.createMachine(TAGS, {}, SPEC)).toMatchObject({ machineId: 'c1' });
  });

  it.each([
    ['of another owner', { ...CONTAINER, Config: { Labels: null } }, 'invalid'],
    [
      'of another fleet',
      { ...CONTAINER, Config: { Labels: { ...LABELS, kiloclaw_fleet_id: 'f2' } } },
      'invalid',
    ],
    [
      'built with another configuration',
      { ...CONTAINER, Config: { Labels: { ...LABELS, kiloclaw_configuration: 'x' } } },
      'conflict',
    ],
    [
      'of another size',
      { ...CONTAINER, HostConfig: { Memory: 6 * MB, NanoCpus: 1_000_000_000 } },
      'conflict',
    ],
  ])('leaves a container %s alone', async (_what, found, kind) => {
    const { provider, asked } = setUp({
      [create]: [inUse],
      'GET /containers/kc-1/json': [reply(200, found)],
    });
    expect((await errorOf(provider.createMachine(TAGS, {}, SPEC))).kind).toBe(kind);
    expect(asked).not.toContain('POST /containers/c1/start');
  });

  it('lets the engine make no empty volume in the place of a missing one', async () => {
    const { provider, asked } = setUp({ 'GET /volumes/kc-1-data': [message(404, 'no such volume')] });
    expect((await errorOf(provider.createMachine(TAGS, {}, SPEC))).kind).toBe('not_found');
    expect(asked).not.toContain(create);
  });

  it('names an image that is not there any more', async () => {
    const { provider, asked } = setUp({ [create]: [message(404, 'No such image: ghcr.io/team/app:v1')] });
    const error = await errorOf(provider.createMachine(TAGS, {}, SPEC));
    expect([error.kind, error.message]).toEqual(['invalid', expect.stringContaining(SPEC.image)]);
    expect(asked).not.toContain('POST /images/create');
  });

  it('tells neither log nor error of the environment', async () => {
    const { provider, logged } = setUp({ [create]: [message(400, 'bad parameter')] });
    const error = await errorOf(provider.createMachine(TAGS, {}, SPEC));
    expect(JSON.stringify([logged, error.facts])).not.toContain('canary-value');
    expect(logged).toContainEqual(
      expect.objectContaining({ method: 'POST', route: '/containers/create', status: 400 }),
    );
  });
});

describe.each([
  [
    'updateMachine',
    (provider: Provider, resources: Resources) => provider.updateMachine(TAGS, resources, SPEC),
  ],
  [
    'changeMachineSize',
    (provider: Provider, resources: Resources) => provider.changeMachineSize(TAGS, resources, SPEC),
  ],
] as const)('%s', (_method, change) => {
  const inspect = 'GET /containers/c1/json';
  const update = 'POST /containers/c1/update';
  const smaller = { ...CONTAINER, HostConfig: { Memory: 2048 * MB, NanoCpus: 1_000_000_000 } };
  const done = reply(200, { Warnings: null });
  const recorded = { machineId: 'c1' };

  it.each(['running', 'exited'])(
    'changes one that is %s by an update alone, and looks whether it did',
    async (Status) => {
      const before = { ...smaller, State: { Status } };
      const { provider, asked, sent } = setUp({
        [inspect]: [reply(200, before), reply(200, { ...CONTAINER, State: { Status } })],
        [update]: [done],
      });
      expect(await change(provider, recorded)).toEqual({ containerName: 'kc-1', machineId: 'c1' });
      expect(asked).toEqual(['GET /version', inspect, update, inspect]);
      expect(sent).toEqual([
        {
          Memory: 3072 * MB,
          MemorySwap: 3072 * MB,
          NanoCpus: 1_000_000_000,
          RestartPolicy: { Name: 'no' },
        },
      ]);
    },
  );

  it('whose answer is lost is ambiguous, and its repeat succeeds on the size that is there', async () => {
    const { provider } = setUp({
      [inspect]: [reply(200, smaller), reply(200, CONTAINER)],
      [update]: [lost, done],
    });
    expect((await errorOf(change(provider, recorded))).kind).toBe('ambiguous');
    expect(await change(provider, recorded)).toMatchObject({ machineId: 'c1' });
  });

  it('does not believe an engine that keeps the old CPUs', async () => {
    const before = { ...CONTAINER, HostConfig: { Memory: 3072 * MB, CpuQuota: 200_000, CpuPeriod: 100_000 } };
    const { provider } = setUp({ [inspect]: [reply(200, before)], [update]: [done] });
    expect((await errorOf(change(provider, recorded))).kind).toBe('invalid');
  });

  it('is not_found for one that is gone', async () => {
    const { provider } = setUp({ [inspect]: [gone] });
    expect((await errorOf(change(provider, recorded))).kind).toBe('not_found');
  });

  it('is host_too_small where the engine has fewer CPUs', async () => {
    const { provider } = setUp({
      [inspect]: [reply(200, smaller)],
      [update]: [message(400, 'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available')],
    });
    expect((await errorOf(change(provider, recorded))).kind).toBe('host_too_small');
  });

  it.each([
    ['by its id', recorded],
    ['by its name', {}],
  ])('leaves a container of others alone, found %s', async (_how, resources) => {
    const foreign = reply(200, { ...CONTAINER, Config: { Labels: null } });
    const { provider, asked } = setUp({ [inspect]: [foreign], 'GET /containers/kc-1/json': [foreign] });
    expect((await errorOf(change(provider, resources))).kind).toBe('invalid');
    expect(asked.filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  it('changes nothing that it can’t read', async () => {
    const { provider, asked } = setUp({ [inspect]: [reply(200, { Id: 'c1' })] });
    expect((await errorOf(change(provider, recorded))).kind).toBe('unavailable');
    expect(asked).not.toContain(update);
  });
});

describe('the volume', () => {
  const inspect = 'GET /volumes/kc-1-data';
  const recorded = { volumeName: 'kc-1-data' };

  it('is observed by its name, without a size', async () => {
    const { provider } = setUp({});
    expect(await provider.observeVolume(TAGS, recorded)).toEqual({ volumeId: 'kc-1-data', sizeGb: null });
  });

  it('that is gone is observed as null, one of others is refused, and no answer is no absence', async () => {
    const observed = (...replies: Reply[]) =>
      setUp({ [inspect]: replies }).provider.observeVolume(TAGS, recorded);
    expect(await observed(message(404, 'no such volume'))).toBeNull();
    expect((await errorOf(observed(reply(200, { ...VOLUME, Labels: null })))).kind).toBe('invalid');
    expect((await errorOf(observed(reply(200, { Labels: null })))).kind).toBe('unavailable');
    expect((await errorOf(observed(lost))).kind).toBe('unavailable');
  });

  it('is not extended: it has no size, and the engine is not asked', async () => {
    const { provider, asked } = setUp({});
    const error = await errorOf(provider.extendVolume(TAGS, recorded, 20));
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain('no size of its own');
    expect(asked).toEqual([]);
  });
});

describe('deleteMachine', () => {
  const inspect = 'GET /containers/second/json';
  const remove = 'DELETE /containers/c2';
  const second = { ...CONTAINER, Id: 'c2' };

  it('deletes one of ours by the id that was judged', async () => {
    const { provider, asked } = setUp({ [inspect]: [reply(200, second)], [remove]: [reply(204)] });
    await provider.deleteMachine(TAGS, { machineId: 'c1' }, 'second');
    expect(asked).toEqual(['GET /version', inspect, remove]);
  });

  it('deletes the recorded one', async () => {
    const { provider, asked } = setUp({
      'GET /containers/c1/json': [reply(200, CONTAINER)],
      'DELETE /containers/c1': [reply(204)],
    });
    await provider.deleteMachine(TAGS, { machineId: 'c1' }, 'c1');
    expect(asked).toContain('DELETE /containers/c1');
  });

  it('is a success for one that is gone, before or after the look', async () => {
    const { provider, asked } = setUp({ [inspect]: [reply(200, second), gone], [remove]: [gone] });
    await provider.deleteMachine(TAGS, {}, 'second');
    await provider.deleteMachine(TAGS, {}, 'second');
    expect(asked.filter((call) => call === remove)).toHaveLength(1);
  });

  it('whose answer is lost is ambiguous, and its repeat succeeds', async () => {
    const { provider } = setUp({ [inspect]: [reply(200, second), gone], [remove]: [lost] });
    expect((await errorOf(provider.deleteMachine(TAGS, {}, 'second'))).kind).toBe('ambiguous');
    await provider.deleteMachine(TAGS, {}, 'second');
  });

  it.each([
    ['without labels', null, 'invalid'],
    ['of another fleet', { ...LABELS, kiloclaw_fleet_id: 'f2' }, 'invalid'],
    ['of another instance', { ...LABELS, kiloclaw_instance_id: 'i2' }, 'invalid'],
    ['whose labels can’t be read', 7, 'unavailable'],
  ])('leaves a container %s alone', async (_what, Labels, kind) => {
    const { provider, asked } = setUp({ [inspect]: [reply(200, { ...second, Config: { Labels } })] });
    expect((await errorOf(provider.deleteMachine(TAGS, {}, 'second'))).kind).toBe(kind);
    expect(asked).not.toContain(remove);
  });
});

describe('deleteVolume', () => {
  const inspect = 'GET /volumes/retired';
  const remove = 'DELETE /volumes/retired';
  const retired = { ...VOLUME, Name: 'retired' };

  it('deletes another of ours', async () => {
    const { provider, asked } = setUp({ [inspect]: [reply(200, retired)], [remove]: [reply(204)] });
    await provider.deleteVolume(TAGS, { volumeName: 'kc-1-data' }, 'retired');
    expect(asked).toEqual(['GET /version', inspect, remove]);
  });

  it.each([
    ['the recorded one', { volumeName: 'retired' }, 'retired'],
    ['the one that would be made, where none is recorded', {}, 'kc-1-data'],
  ])('refuses %s, without a call', async (_what, resources, volumeId) => {
    const { provider, asked } = setUp({});
    const error = await errorOf(provider.deleteVolume(TAGS, resources, volumeId));
    expect(error.kind).toBe('invalid');
    expect(error.message).toContain(volumeId);
    expect(asked).toEqual([]);
  });

  it('is a success for one that is gone, before or after the look', async () => {
    const { provider, asked } = setUp({ [inspect]: [reply(200, retired), gone], [remove]: [gone] });
    await provider.deleteVolume(TAGS, {}, 'retired');
    await provider.deleteVolume(TAGS, {}, 'retired');
    expect(asked.filter((call) => call === remove)).toHaveLength(1);
  });

  it('whose answer is lost is ambiguous, and its repeat succeeds', async () => {
    const { provider } = setUp({ [inspect]: [reply(200, retired), gone], [remove]: [lost] });
    expect((await errorOf(provider.deleteVolume(TAGS, {}, 'retired'))).kind).toBe('ambiguous');
    await provider.deleteVolume(TAGS, {}, 'retired');
  });

  it('that is in use is a precondition', async () => {
    const { provider } = setUp({
      [inspect]: [reply(200, retired)],
      [remove]: [message(409, 'remove retired: volume is in use - [c1]')],
    });
    expect((await errorOf(provider.deleteVolume(TAGS, {}, 'retired'))).kind).toBe('precondition');
  });

  it.each([
    ['without labels', { Name: 'retired', Labels: null }, 'invalid'],
    [
      'of another instance',
      { ...retired, Labels: { ...ownerTags(TAGS), kiloclaw_instance_id: 'i2' } },
      'invalid',
    ],
    ['that can’t be read', {}, 'unavailable'],
  ])('leaves a volume %s alone', async (_what, found, kind) => {
    const { provider, asked } = setUp({ [inspect]: [reply(200, found)] });
    expect((await errorOf(provider.deleteVolume(TAGS, {}, 'retired'))).kind).toBe(kind);
    expect(asked).not.toContain(remove);
  });
});

describe('power and removal', () => {
  it.each([reply(204), reply(304), gone])('stopping counts $status as stopped', async (answer) => {
    const { provider } = setUp({ 'POST /containers/c1/stop': [answer] });
    await provider.stopMachine(TAGS, { machineId: 'c1' });
  });

  it('calls a volume that is in use a precondition', async () => {
    const { provider } = setUp({
      'GET /volumes': [reply(200, { Volumes: [VOLUME] })],
      'DELETE /volumes/kc-1-data': [message(409, 'remove kc-1-data: volume is in use - [c1]')],
    });
    expect((await errorOf(provider.deleteVolumes(TAGS, {}))).kind).toBe('precondition');
  });

  it('keeps the recorded volume when it removes surplus ones, and those in use', async () => {
    const { provider, asked } = setUp({
      'GET /volumes': [
        reply(200, { Volumes: [VOLUME, { ...VOLUME, Name: 'old-1' }, { ...VOLUME, Name: 'old-2' }] }),
      ],
      'DELETE /volumes/old-1': [reply(409, { message: 'volume is in use' })],
      'DELETE /volumes/old-2': [reply(204)],
    });
    await provider.removeSurplusVolumes(TAGS, { volumeName: 'kc-1-data' });
    expect(asked.filter((call) => call.startsWith('DELETE'))).toEqual([
      'DELETE /volumes/old-1',
      'DELETE /volumes/old-2',
    ]);
  });
});

describe('observeMachine', () => {
  const inspect = 'GET /containers/c1/json';
  const inState = (Status: string) => reply(200, { ...CONTAINER, State: { Status } });

  it('is null without a recorded machine, without asking, and for one that is gone', async () => {
    const { provider, asked } = setUp({ [inspect]: [gone] });
    expect(await provider.observeMachine(TAGS, {})).toBeNull();
    expect(asked).toEqual([]);
    expect(await provider.observeMachine(TAGS, { machineId: 'c1' })).toBeNull();
  });

  it('waits for a machine that is on its way, and not for one that has ended', async () => {
    const stopping = setUp({ [inspect]: [inState('running'), inState('removing'), inState('exited')] });
    const stopped = await stopping.provider.observeMachine(
      TAGS,
      { machineId: 'c1' },
      { until: 'stopped', waitMs: 5_000 },
    );
    expect(stopped?.state).toBe('stopped');

    const crashed = setUp({ [inspect]: [inState('exited')] });
    await crashed.provider.observeMachine(TAGS, { machineId: 'c1' }, { until: 'running', waitMs: 5_000 });
    expect(crashed.asked.filter((call) => call === inspect)).toHaveLength(1);
  });

  it('gives up at the bound', async () => {
    const { provider, asked } = setUp({ [inspect]: [inState('running')] });
    const seen = await provider.observeMachine(TAGS, { machineId: 'c1' }, { until: 'stopped', waitMs: 400 });
    expect(seen?.state).toBe('running');
    expect(asked.filter((call) => call === inspect)).toHaveLength(3);
  });

  it('is an error, and no absence, when the engine fails', async () => {
    const { provider } = setUp({ [inspect]: [message(500, 'oops')] });
    expect((await errorOf(provider.observeMachine(TAGS, { machineId: 'c1' }))).kind).toBe('unavailable');
  });
});

describe('machineChange', () => {
  const builds: fc.Arbitrary<MachineBuild> = fc.record({
    size: fc.record({
      cpus: fc.integer({ min: 1, max: 2 }),
      memory_mb: fc.constantFrom(3072, 8192),
      cpu_kind: fc.constantFrom('shared', 'performance'),
    }),
    sizeSource: fc.constantFrom('tier', 'override'),
    configurationFingerprint: fc.constantFrom('a', 'b'),
  });

  it('replaces for what labels tell, updates for size alone, and never minds the CPU kind', () => {
    fc.assert(
      fc.property(builds, builds, (current, wanted) => {
        const sameLabels =
          current.sizeSource === wanted.sizeSource &&
          current.configurationFingerprint === wanted.configurationFingerprint;
        const sameSize =
          current.size.cpus === wanted.size.cpus && current.size.memory_mb === wanted.size.memory_mb;
        const expected = !sameLabels ? 'replace' : sameSize ? 'none' : 'update';
        expect(machineChange(current, wanted)).toBe(expected);
      }),
    );
  });
});
