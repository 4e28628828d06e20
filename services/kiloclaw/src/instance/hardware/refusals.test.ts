/** What the four changes of hardware refuse, in which order, and that a dry-run says the very same. */

import type { ProviderCapabilities, Result } from '@kiloclaw/platform-contract';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HardwareAnswer } from '../instance-rpc.ts';
import { countOutbox } from '../storage/outbox.ts';
import { accepted, refusal, TestInstance } from '../testing/test-instance.ts';

const DAY_MS = 24 * 60 * 60_000;

type Asked = Partial<Parameters<TestInstance['clearOverride']>[0]>;
type Change = (test: TestInstance, asked?: Asked) => Promise<Result<HardwareAnswer>>;

/** Each asked in a way that the policy refuses, as far as it has one. */
const REFUSED: Record<string, Change> = {
  resize: (test, asked) => test.resize('perf-1-3', asked),
  set_override: (test, asked) =>
    test.setOverride('perf-4-8', {
      apply: 'now',
      ...asked,
      expiresAt: new Date(test.clock.now()).toISOString(),
    }),
  clear_override: (test, asked) => test.clearOverride({ apply: 'now', ...asked }),
  extend_volume: (test, asked) => test.extend(9, asked),
};

/** Each asked in a way that the policy allows. */
const ALLOWED: Record<string, Change> = {
  resize: (test, asked) => test.resize('perf-4-8', asked),
  set_override: (test, asked) => test.setOverride('perf-4-8', asked),
  clear_override: (test, asked) => test.clearOverride(asked),
  extend_volume: (test, asked) => test.extend(15, asked),
};

const KINDS = Object.keys(REFUSED);
const by = (table: Record<string, Change>, kind: string): Change => {
  const change = table[kind];
  if (change === undefined) throw new Error(`${kind} is not in the table`);
  return change;
};

const UNABLE: ProviderCapabilities = {
  ...A_CLOUD,
  resize: false,
  sizeOverride: false,
  extendVolume: false,
};

/** Lets a restart wait at the provider for ever. */
async function occupy(test: TestInstance): Promise<void> {
  test.world.fail('observeMachine', { kind: 'hold', at: 'before', until: new Promise(() => {}) });
  accepted(await test.change('restart'));
}

describe('the order of refusal', () => {
  const POLICY: Record<string, string> = {
    resize: 'not_an_upgrade',
    set_override: 'invalid_request',
    extend_volume: 'volume_not_larger',
  };

  it.each(KINDS)('of %s: whose it is, its life, what runs, the provider, the policy', async (kind) => {
    const test = await new TestInstance().provisioned();
    const change = by(REFUSED, kind);
    const codes: (string | null)[] = [];
    const tell = async (asked?: Asked) => {
      const result = await change(test, asked);
      codes.push(result.ok ? null : result.error.code);
    };
    const policy = POLICY[kind] ?? null;
    const unable = policy === null ? null : 'provider_unsupported';
    if (policy !== null) await tell();
    test.world.capabilities = UNABLE;
    if (unable !== null) await tell();
    await occupy(test);
    await tell();
    test.rewrite({ status: 'destroying' });
    await tell();
    await tell({ caller: test.caller('user_bob') });
    const told = [policy, unable].filter((code) => code !== null);
    expect(codes).toEqual([...told, 'operation_in_progress', 'instance_destroying', 'instance_not_found']);
  });

  it('tells that the machine runs last of all, and only a resize without apply now', async () => {
    const test = await new TestInstance().provisioned();
    expect(refusal(await test.resize('perf-1-3')).code).toBe('not_an_upgrade');
    expect(refusal(await test.resize('perf-4-8')).code).toBe('instance_not_stopped');
    for (const kind of ['set_override', 'clear_override', 'extend_volume'])
      await test.done(by(ALLOWED, kind)(test));
  });

  it.each(KINDS)('of %s: nothing of it before the instance is provisioned, or without one', async (kind) => {
    const test = new TestInstance();
    expect(refusal(await by(ALLOWED, kind)(test)).code).toBe('instance_not_found');
    test.world.fail('createVolume', { kind: 'hold', at: 'before', until: new Promise(() => {}) });
    accepted(await test.provision());
    await test.quiet();
    expect(refusal(await by(ALLOWED, kind)(test)).code).toBe('instance_not_provisioned');
  });

  it.each(KINDS)(
    'of %s: the answer to a stranger is the same whatever the bounds say, and is journaled',
    async (kind) => {
      const test = await new TestInstance().provisioned();
      const asked = { caller: test.caller('user_bob') };
      const wrong: Record<string, Change> = {
        ...REFUSED,
        set_override: () => test.setOverride('perf-4-8', { ...asked, reason: '' }),
      };
      expect(refusal(await by(wrong, kind)(test, asked)).code).toBe('instance_not_found');
      await test.settle();
      const denied = [...test.registry.audit.values()].filter(({ outcome }) => outcome === 'denied');
      expect(denied.map(({ action, actorId }) => [action, actorId])).toEqual([[kind, 'user_bob']]);
    },
  );
});

describe('the bounds that the object holds itself', () => {
  it.each([0, -1, 501, 12.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'extend: not to %s GB',
    async (sizeGb) => {
      const test = await new TestInstance().provisioned();
      const { code, message, details } = refusal(await test.extend(sizeGb));
      expect([code, details?.path]).toEqual(['volume_size_out_of_range', 'targetSizeGb']);
      expect(message).toContain('from 1 to 500');
      expect([test.world.extensions, test.state().volumeSizeGb]).toEqual([0, 10]);
    },
  );

  it('extend: to 500 GB', async () => {
    const test = await new TestInstance().provisioned();
    await test.done(test.extend(500));
    expect([test.state().volumeSizeGb, test.world.volumes[0]?.sizeGb]).toEqual([500, 500]);
  });

  it.each([
    ['appName', { appName: 'another-app' }],
    ['volumeId', { volumeId: 'vol_another' }],
  ])('extend: not of another instance’s %s', async (path, named) => {
    const test = await new TestInstance().provisioned();
    const { code, details } = refusal(await test.extend(15, named));
    expect([code, details?.path]).toEqual(['volume_mismatch', path]);
  });

  const beginning = new TestInstance().clock.now();
  const at = (ms: number) => new Date(beginning + ms).toISOString();

  it.each([
    ['reason', { reason: '' }],
    ['reason', { reason: ' \n\t ' }],
    ['reason', { reason: 'x'.repeat(501) }],
    ['expiresAt', { expiresAt: at(0) }],
    ['expiresAt', { expiresAt: at(-DAY_MS) }],
    ['expiresAt', { expiresAt: at(30 * DAY_MS + 1) }],
    ['expiresAt', { expiresAt: 'tomorrow' }],
    ['expiresAt', { expiresAt: '2026-01-08' }],
    ['machineSize', { machineSize: { cpus: 0, memory_mb: 8192, cpu_kind: 'performance' as const } }],
    ['machineSize', { machineSize: { cpus: 1e9, memory_mb: 8192, cpu_kind: 'performance' as const } }],
  ])('set override: not with this %s: %j', async (path, asked) => {
    const test = await new TestInstance().provisioned();
    const { code, message, details } = refusal(await test.setOverride('perf-4-8', asked));
    expect([code, details?.path]).toEqual(['invalid_request', path]);
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(test.state().adminMachineSizeOverride).toBeNull();
  });

  it.each([at(1), at(30 * DAY_MS), null])('set override: until %s', async (expiresAt) => {
    const test = await new TestInstance().provisioned();
    await test.done(test.setOverride('perf-4-8', { expiresAt, reason: `  ${'x'.repeat(500)}  ` }));
    const override = test.state().adminMachineSizeOverride;
    expect([override?.expiresAt ?? null, override?.reason]).toEqual([expiresAt, 'x'.repeat(500)]);
  });

  it('set override: not a preset that the boundary does not lend, which is told to the owner and journaled', async () => {
    const test = await new TestInstance().provisioned();
    const asked = { preset: 'huge', machineSize: null };
    const denied = async () => {
      await test.settle();
      const rows = [...test.registry.audit.values()].filter(({ outcome }) => outcome === 'denied');
      return rows.map(({ action, metadata }) => [action, metadata]);
    };
    const bob = test.caller('user_bob');
    const toBob = refusal(await test.setOverride('perf-4-8', { ...asked, caller: bob }));
    expect(toBob.code).toBe('instance_not_found');
    const toAlice = refusal(await test.setOverride('perf-4-8', asked));
    expect([toAlice.code, toAlice.details?.path]).toEqual(['preset_not_allowed', 'preset']);
    const journaled = await denied();
    expect(journaled).toMatchObject([
      ['set_override', { code: 'instance_not_found' }],
      ['set_override', { code: 'preset_not_allowed' }],
    ]);
    const dry = refusal(await test.setOverride('perf-4-8', { ...asked, dryRun: true }));
    expect([dry.code, await denied()]).toEqual(['preset_not_allowed', journaled]);
    test.rewrite({ status: 'destroying' });
    expect(refusal(await test.setOverride('perf-4-8', asked)).code).toBe('instance_destroying');
  });

  it('set override: any larger machine size, beside the presets, and none that is not larger', async () => {
    const test = await new TestInstance().provisioned();
    const machineSize = { cpus: 6, memory_mb: 12_288, cpu_kind: 'performance' as const };
    await test.done(test.setOverride('perf-4-8', { preset: null, machineSize }));
    expect(test.state().adminMachineSizeOverride?.machineSize).toEqual(machineSize);
    const smaller = { ...machineSize, cpus: 1, memory_mb: 3072 };
    const { code } = refusal(await test.setOverride('perf-4-8', { preset: null, machineSize: smaller }));
    expect(code).toBe('override_not_larger');
  });
});

describe('a dry-run', () => {
  const STATUSES = ['provisioning', 'provisioned', 'running', 'stopped', 'destroying', 'destroyed'] as const;
  const situations = fc.record({
    status: fc.constantFrom(...STATUSES),
    kind: fc.constantFrom(...KINDS),
    isAllowed: fc.boolean(),
    apply: fc.constantFrom('manual' as const, 'now' as const),
    isAble: fc.boolean(),
    isOccupied: fc.boolean(),
    lent: fc.constantFrom('none', 'active', 'ended'),
    isKnown: fc.boolean(),
    hasRoom: fc.boolean(),
    expectedPlanHash: fc.constantFrom(null, 'of another plan'),
  });

  const whole = (test: TestInstance) =>
    JSON.stringify([
      test.state(),
      test.operations(),
      countOutbox(test.instance.deps.storage),
      test.world.machines,
      test.world.volumes,
      test.storage.rowsWritten,
    ]);

  const EVERY_STATE_TIMEOUT_MS = 120_000;

  it('changes nothing, and refuses exactly what the real call refuses, in every state', {
    timeout: EVERY_STATE_TIMEOUT_MS,
  }, async () => {
    const check = fc.asyncProperty(situations, async (situation) => {
      const { status, kind, isAllowed, apply, isAble, isOccupied, lent, isKnown, hasRoom } = situation;
      const test = await new TestInstance().provisioned();
      if (lent !== 'none') {
        const expiresAt = lent === 'ended' ? new Date(test.clock.now() + 1_000).toISOString() : null;
        await test.done(test.setOverride('perf-4-16', { apply: 'now', expiresAt }));
        test.clock.advance(1_000);
      }
      if (!isAble) test.world.capabilities = UNABLE;
      if (isOccupied) await occupy(test);
      await test.quiet();
      test.rewrite({ status, ...(!isKnown && { machineSize: null, instanceType: null, restoredAt: 1 }) });
      // Learned by asking, as the real call does: what is compared is what comes after it.
      await test.instance.look();
      await test.instance.look();
      if (!hasRoom) test.world.fail('fitSize', { kind: 'before', error: 'host_too_small' }, { times: 2 });
      const change = by(isAllowed ? ALLOWED : REFUSED, kind);
      const before = whole(test);
      const answer = accepted(await change(test, { apply, dryRun: true }));
      expect(whole(test)).toBe(before);
      if (!('plan' in answer)) throw new Error('a dry-run was answered with an operation');
      const real = await change(test, { apply, expectedPlanHash: answer.plan.hash });
      const told = answer.plan.refusal;
      expect(real.ok ? null : real.error).toEqual(told);
      expect(answer.plan.allowed).toBe(told === null);
    });
    await fc.assert(check, { numRuns: 400 });
  });

  it('says nothing of a key that was used, and uses none up', async () => {
    const test = await new TestInstance().provisioned();
    const again = { idempotencyKey: 'the-same' };
    accepted(await test.extend(15, { ...again, dryRun: true }));
    await test.done(test.extend(15, again));
    expect('plan' in accepted(await test.extend(20, { ...again, dryRun: true }))).toBe(true);
  });
});
