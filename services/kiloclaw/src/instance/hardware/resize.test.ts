import { tierOf } from '@kiloclaw/instance-tiers';
import { describe, expect, it } from 'vitest';
import { accepted, refusal, TestInstance } from '../testing/test-instance.ts';

const SMALL = tierOf('perf-1-3').machineSize;
const LARGE = tierOf('perf-4-8').machineSize;

/** Everything but what counts changes and tells times of starts. */
function whatIsKept(test: TestInstance) {
  const {
    generation: _generation,
    registryVersion: _version,
    registrySyncedVersion: _synced,
    updatedAt: _updatedAt,
    startedAt: _startedAt,
    stoppedAt: _stoppedAt,
    ...state
  } = test.state();
  return structuredClone({ state, machines: test.world.machines, volumes: test.world.volumes });
}

const REFUSALS = [
  ['for lack of room on the host, at the size', 'changeMachineSize', 'host_full', 1],
  ['for lack of quota, at the volume', 'extendVolume', 'quota', 2],
] as const;

describe.each(REFUSALS)('a resize that is refused %s', (_title, method, error, sizeChanges) => {
  it.each(['manual', 'now'] as const)(
    'has changed nothing on a stopped instance (apply: %s)',
    async (apply) => {
      const test = await new TestInstance().stopped();
      const before = whatIsKept(test);
      test.world.fail(method, { kind: 'before', error });
      const operation = await test.done(test.resize('perf-4-8', { apply }));
      expect([operation.kind, operation.status, operation.error?.code]).toEqual([
        'resize',
        'failed',
        'provider_capacity',
      ]);
      expect(whatIsKept(test)).toEqual(before);
      expect(test.world.countOf('changeMachineSize')).toBe(sizeChanges);
      expect(test.world.countOf('startMachine')).toBe(0);
    },
  );

  it('has changed nothing with apply now: the machine runs again as it was', async () => {
    const test = await new TestInstance().provisioned();
    const before = whatIsKept(test);
    test.world.fail(method, { kind: 'before', error });
    const operation = await test.done(test.resize('perf-4-8', { apply: 'now' }));
    expect([operation.status, operation.error?.code]).toEqual(['failed', 'provider_capacity']);
    expect(whatIsKept(test)).toEqual(before);
    expect([test.world.machines[0]?.state, test.world.countOf('startMachine')]).toEqual(['running', 1]);
  });

  it('keeps a lent size in force, and the machine on it', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-16', { apply: 'now' }));
    const before = whatIsKept(test);
    test.world.fail(method, { kind: 'before', error });
    await test.done(test.resize('perf-4-8', { apply: 'now' }));
    expect(whatIsKept(test)).toEqual(before);
  });

  it('keeps why the machine runs on less than was asked for', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('startMachine', { kind: 'before', error: 'host_full' });
    await test.done(test.resize('perf-4-8', { apply: 'now' }));
    const before = whatIsKept(test);
    expect(before.state.applied?.shortfall).toBe('no_room');
    test.world.fail(method, { kind: 'before', error });
    await test.done(test.resize('perf-4-16', { apply: 'now' }));
    expect(whatIsKept(test)).toEqual(before);
  });

  it('puts the size back also where nobody had recorded how the machine was built', async () => {
    const test = await new TestInstance().stopped();
    test.rewrite({ built: null, applied: null });
    test.world.fail('changeMachineSize', { kind: 'lost' });
    test.world.fail(method, { kind: 'before', error });
    await test.done(test.resize('perf-4-8'));
    expect(test.newestOperation().status).toBe('failed');
    expect(test.world.machines[0]?.spec.size).toEqual(SMALL);
    expect(test.state()).toMatchObject({ instanceType: 'perf-1-3', machineSize: SMALL, volumeSizeGb: 10 });
  });
});

describe('a start that finds no room after the resize', () => {
  const asked = LARGE;

  async function withoutRoom(how: 'now' | 'manual') {
    const test = how === 'now' ? await new TestInstance().provisioned() : await new TestInstance().stopped();
    test.world.fail('startMachine', { kind: 'before', error: 'host_full' });
    await test.done(test.resize('perf-4-8', { apply: how }));
    if (how === 'manual') await test.done(test.change('start'));
    return test;
  }

  it.each(['now', 'manual'] as const)(
    'starts the machine on the size it had, keeps the tier, and says so (apply: %s)',
    async (how) => {
      const test = await withoutRoom(how);
      const state = test.state();
      expect([test.newestOperation().status, state.status]).toEqual(['succeeded', 'running']);
      expect([state.instanceType, state.machineSize, state.volumeSizeGb]).toEqual(['perf-4-8', LARGE, 20]);
      expect(test.world.machines[0]).toMatchObject({ state: 'running', spec: { size: SMALL } });
      expect(state.applied).toEqual({ asked, given: SMALL, source: 'tier', shortfall: 'no_room' });
      expect(state.drift.map(({ kind, details }) => [kind, details])).toEqual([
        ['size_differs', { asked, given: SMALL, because: 'no_room' }],
      ]);
    },
  );

  it('is made good by the next start that finds room', async () => {
    const test = await withoutRoom('now');
    await test.done(test.change('restart'));
    expect(test.world.machines[0]?.spec.size).toEqual(LARGE);
    expect([test.state().applied?.given, test.state().drift]).toEqual([LARGE, []]);
  });
});

describe('a volume that was extended beyond its tier', () => {
  async function extended() {
    const test = await new TestInstance().stopped();
    await test.done(test.extend(15));
    return test;
  }

  it('makes the instance custom, and refuses the resize to its own size', async () => {
    const test = await extended();
    expect([test.state().instanceType, test.state().volumeSizeGb]).toEqual(['custom', 15]);
    const before = whatIsKept(test);
    expect(refusal(await test.resize('perf-1-3')).code).toBe('volume_would_shrink');
    expect(whatIsKept(test)).toEqual(before);
  });

  it('grows to the next tier’s by a resize', async () => {
    const test = await extended();
    const { result } = await test.done(test.resize('perf-4-8'));
    expect(test.state()).toMatchObject({ instanceType: 'perf-4-8', machineSize: LARGE, volumeSizeGb: 20 });
    expect(test.world.volumes.map(({ sizeGb }) => sizeGb)).toEqual([20]);
    expect(result).toEqual({
      previousTier: 'custom',
      newTier: 'perf-4-8',
      previous: { machineSize: SMALL, volumeSizeGb: 15 },
      current: { machineSize: LARGE, volumeSizeGb: 20 },
      clearedOverride: null,
      needsStart: true,
    });
  });
});

describe('an extend that was cut off after the volume had grown', () => {
  it('goes on when it is asked again under its key, without a further change', async () => {
    const test = await new TestInstance().provisioned();
    const again = { idempotencyKey: 'the-same' };
    test.world.fail('extendVolume', { kind: 'crash', at: 'after' });
    const first = accepted(await test.extend(15, again));
    await test.quiet();
    expect([test.world.volumes[0]?.sizeGb, test.state().volumeSizeGb]).toEqual([15, 10]);
    await test.crash();
    const second = accepted(await test.extend(15, again));
    expect(second).toMatchObject({ operation: { id: 'operation' in first ? first.operation.id : '' } });
    await test.settle();
    expect([test.newestOperation().status, test.world.extensions]).toEqual(['succeeded', 1]);
    expect([test.state().instanceType, test.state().volumeSizeGb]).toEqual(['custom', 15]);
  });

  it('catches up where it had been given up: the provider is not asked to grow it again', async () => {
    const test = await new TestInstance().provisioned();
    test.world.fail('extendVolume', { kind: 'lost' }, { times: 100 });
    await test.done(test.extend(15));
    expect(test.newestOperation().status).toBe('failed');
    test.world.heal();
    const askedBefore = test.world.countOf('extendVolume');
    const { status, result } = await test.done(test.extend(15));
    expect([status, test.world.extensions]).toEqual(['succeeded', 1]);
    expect(test.world.countOf('extendVolume')).toBe(askedBefore);
    expect(result).toMatchObject({ previousSizeGb: 10, sizeGb: 15 });
    expect([test.state().instanceType, test.state().volumeSizeGb]).toEqual(['custom', 15]);
  });

  it('is a success without any change where it has been recorded', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.extend(15));
    const { status } = await test.done(test.extend(15));
    expect([status, test.world.countOf('extendVolume'), test.state().volumeSizeGb]).toEqual([
      'succeeded',
      1,
      15,
    ]);
  });
});
