import {
  type OperationAnswer,
  OperationAnswerSchema,
  type Plan,
  PlanAnswerSchema,
  type RouteName,
} from '@kiloclaw/platform-contract';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { READ_KEY } from '../testing/bindings.ts';
import { clearFaults, flyChanges, holdNext, resetFlyCounters } from '../testing/fly-control.ts';
import {
  type Answer,
  change,
  debugStatusOf,
  errorOf,
  newTarget,
  operationsOf,
  provisioned,
  type SendOptions,
  send,
  storedRows,
  type Target,
} from '../testing/platform.ts';
import { auditRowsOf, registryRowOf, untilPaid } from '../testing/registry.ts';

const PATIENT = { timeout: 20_000, interval: 50 };
const DAY_MS = 24 * 60 * 60_000;
const ADMIN = { kind: 'admin', id: 'support-1' };
const PERF_1_3 = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' };
const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' };
const PERF_4_16 = { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' };

type HardwareRoute = 'resize' | 'extendVolume' | 'setSizeOverride' | 'clearSizeOverride';

/** A body of each route that is accepted on a stopped perf-1-3. */
const SOUND: Readonly<Record<HardwareRoute, object>> = {
  resize: { targetTier: 'perf-4-8' },
  extendVolume: { targetSizeGb: 15 },
  setSizeOverride: { actor: ADMIN, preset: 'perf-4-16', reason: 'out of memory' },
  clearSizeOverride: { actor: ADMIN },
};
const routes = Object.keys(SOUND) as HardwareRoute[];

async function done(name: RouteName, input: object, options?: SendOptions): Promise<OperationAnswer> {
  const answer = await send(name, input, options);
  expect(answer.status, answer.text).toBe(200);
  return OperationAnswerSchema.parse(answer.body);
}

async function planned(name: HardwareRoute, input: object): Promise<Plan> {
  const answer = await send(name, { ...input, dryRun: true });
  expect(answer.status, answer.text).toBe(200);
  expect(Object.keys(answer.body as object)).toEqual(['plan']);
  return PlanAnswerSchema.parse(answer.body).plan;
}

async function stopped(): Promise<Target> {
  const target = newTarget();
  await provisioned(target);
  await change('stop', target);
  return target;
}

describe('a body', () => {
  const target = newTarget();
  const past = new Date(Date.now() - 1_000).toISOString();

  it.each<[string, HardwareRoute, object]>([
    ['targetTier', 'resize', { targetTier: 'perf-9-9' }],
    ['targetTier', 'resize', { targetTier: 'custom' }],
    ['apply', 'resize', { apply: 'later' }],
    ['dryRun', 'resize', { dryRun: 'yes' }],
    ['actor', 'resize', { actor: { kind: 'admin', id: 'a@example.com' } }],
    ['targetSizeGb', 'extendVolume', { targetSizeGb: '15' }],
    ['appName', 'extendVolume', { appName: '' }],
    ['preset', 'setSizeOverride', { preset: '' }],
    ['machineSize', 'setSizeOverride', { machineSize: PERF_4_16 }],
    ['reason', 'setSizeOverride', { reason: undefined }],
    ['reason', 'setSizeOverride', { reason: ' \n\t ' }],
    ['reason', 'setSizeOverride', { reason: 'x'.repeat(501) }],
    ['expiresAt', 'setSizeOverride', { expiresAt: 'tomorrow' }],
    ['actor', 'setSizeOverride', { actor: undefined }],
    ['actor.kind', 'setSizeOverride', { actor: { kind: 'system', id: 'expiry' } }],
    ['actor', 'clearSizeOverride', { actor: undefined }],
    ...routes.map((name): [string, HardwareRoute, object] => ['surprise', name, { surprise: 1 }]),
  ])('with a bad %s is refused by its name: %s %j', async (path, name, bad) => {
    const error = errorOf(await send(name, { ...target, ...SOUND[name], ...bad }));
    expect(error).toMatchObject({ status: 400, code: 'invalid_request' });
    const fields = error.details?.fields as { path: string }[];
    expect(fields.map((field) => field.path.split('.')[0])).toEqual([path.split('.')[0]]);
    expect(error.message).toContain(path.split('.')[0]);
  });

  describe('that asks for what may not be', () => {
    let owned: Target;
    let rows: Record<string, unknown[]>;

    beforeAll(async () => {
      owned = await stopped();
      await untilPaid(owned);
      rows = await storedRows(owned);
    });

    it.each<[string, HardwareRoute, object, number, string, string | null]>([
      [
        'a preset that is not lent',
        'setSizeOverride',
        { preset: 'perf-1-3' },
        422,
        'preset_not_allowed',
        'preset',
      ],
      [
        'a preset that nobody knows',
        'setSizeOverride',
        { preset: 'huge' },
        422,
        'preset_not_allowed',
        'preset',
      ],
      ['a legacy tier', 'resize', { targetTier: 'shared-2-4' }, 422, 'tier_not_offered', null],
      ['its own tier', 'resize', { targetTier: 'perf-1-3' }, 422, 'not_an_upgrade', null],
      ['an end that is past', 'setSizeOverride', { expiresAt: past }, 400, 'invalid_request', 'expiresAt'],
      [
        'an end that is too far',
        'setSizeOverride',
        { expiresAt: new Date(Date.now() + 31 * DAY_MS).toISOString() },
        400,
        'invalid_request',
        'expiresAt',
      ],
      ['half a GB', 'extendVolume', { targetSizeGb: 15.5 }, 422, 'volume_size_out_of_range', 'targetSizeGb'],
      [
        'too large a volume',
        'extendVolume',
        { targetSizeGb: 501 },
        422,
        'volume_size_out_of_range',
        'targetSizeGb',
      ],
      ['a smaller volume', 'extendVolume', { targetSizeGb: 9 }, 422, 'volume_not_larger', 'targetSizeGb'],
      ["another's volume", 'extendVolume', { volumeId: 'vol_other' }, 422, 'volume_mismatch', 'volumeId'],
      ["another's app", 'extendVolume', { appName: 'kc-other' }, 422, 'volume_mismatch', 'appName'],
    ])('%s is refused, and nothing has happened', async (_what, name, bad, status, code, path) => {
      await resetFlyCounters();
      const input = { ...owned, ...SOUND[name], ...bad };
      const error = errorOf(await send(name, input));
      expect(error).toMatchObject({ status, code });
      if (path !== null) expect(error.details).toMatchObject({ path });
      expect(error.message).toMatch(/^\S.*\.$/);
      // A dry-run tells the same refusal; what the boundary refuses is refused there too.
      const dry = await send(name, { ...input, dryRun: true });
      if (code !== 'preset_not_allowed') {
        expect(PlanAnswerSchema.parse(dry.body).plan).toMatchObject({ allowed: false, refusal: { code } });
      } else expect(errorOf(dry)).toMatchObject({ status, code });
      expect(await flyChanges()).toBe(0);
      const { record, operations } = rows;
      await untilPaid(owned);
      expect(await storedRows(owned)).toMatchObject({ record, operations });
    });
  });

  it('takes a reason of 500 characters, and stores it without the blanks around it', async () => {
    const owned = await stopped();
    const reason = 'x'.repeat(500);
    await done('setSizeOverride', { ...owned, ...SOUND.setSizeOverride, reason: `  ${reason}\n` });
    expect((await debugStatusOf(owned)).sizeOverride).toMatchObject({ reason, actorId: ADMIN.id });
  });

  it('takes an end of thirty days', async () => {
    const owned = await stopped();
    const expiresAt = new Date(Date.now() + 30 * DAY_MS - 60_000).toISOString();
    await done('setSizeOverride', { ...owned, ...SOUND.setSizeOverride, expiresAt });
    expect((await debugStatusOf(owned)).sizeOverride).toMatchObject({ expiresAt });
  });
});

describe('a dry-run', () => {
  const AFTER: Readonly<Record<HardwareRoute, object>> = {
    resize: {
      after: { instanceType: 'perf-4-8', machineSize: PERF_4_8, volumeSizeGb: 20 },
      effectiveSize: PERF_4_8,
      irreversible: ['volume_growth'],
      requires: ['start'],
      downtime: 'none',
    },
    extendVolume: {
      after: { instanceType: 'custom', machineSize: PERF_1_3, volumeSizeGb: 15 },
      effectiveSize: PERF_1_3,
      irreversible: ['volume_growth'],
    },
    setSizeOverride: {
      after: { instanceType: 'perf-1-3', machineSize: PERF_1_3, volumeSizeGb: 10 },
      effectiveSize: PERF_4_16,
      givenSize: PERF_4_16,
      irreversible: [],
    },
    clearSizeOverride: {
      after: { instanceType: 'perf-1-3', machineSize: PERF_1_3, volumeSizeGb: 10 },
      effectiveSize: PERF_1_3,
      irreversible: [],
    },
  };

  it.each(routes)('of %s answers the plan alone, and changes nothing', async (name) => {
    const target = await stopped();
    await untilPaid(target);
    const before = await storedRows(target);
    const audit = await auditRowsOf(target);
    await resetFlyCounters();
    const plan = await planned(name, { ...target, ...SOUND[name] });
    expect(plan).toMatchObject({
      allowed: true,
      refusal: null,
      before: { instanceType: 'perf-1-3', machineSize: PERF_1_3, volumeSizeGb: 10 },
      ...AFTER[name],
    });
    expect((await planned(name, { ...target, ...SOUND[name] })).hash).toBe(plan.hash);
    expect(await flyChanges()).toBe(0);
    expect(await storedRows(target)).toEqual(before);
    expect(await auditRowsOf(target)).toEqual(audit);
  });

  it.each(routes)('of %s is what is done, and a plan that is another one by now is not', async (name) => {
    const target = await stopped();
    const wish = { ...target, ...SOUND[name] };
    const { hash } = await planned(name, wish);
    // Somebody else is quicker.
    await done('extendVolume', { ...target, targetSizeGb: 12 });
    const { record } = await storedRows(target);
    const stale = errorOf(await send(name, { ...wish, expectedPlanHash: hash }));
    expect(stale).toMatchObject({ status: 409, code: 'plan_stale' });
    const plan = PlanAnswerSchema.parse({ plan: stale.details?.plan }).plan;
    expect(plan).toMatchObject({ before: { instanceType: 'custom', volumeSizeGb: 12 } });
    expect((await storedRows(target)).record).toEqual(record);
    const { operation } = await done(name, { ...wish, expectedPlanHash: plan.hash });
    expect(operation.status).toBe('succeeded');
  });
});

describe('an Idempotency-Key', () => {
  it.each(routes)('gives %s one operation, whoever asks again, and no other request', async (name) => {
    const target = await stopped();
    const wish = { ...target, ...SOUND[name] };
    const idempotencyKey = `key-${crypto.randomUUID()}`;
    const first = await done(name, wish, { idempotencyKey });
    await resetFlyCounters();
    expect(await done(name, wish, { idempotencyKey })).toEqual(first);
    expect(await flyChanges()).toBe(0);
    const kinds = (await operationsOf(target)).map(({ operation }) => operation.kind);
    expect(kinds.filter((kind) => kind === first.operation.kind)).toHaveLength(1);
    const other = name === 'extendVolume' ? { targetSizeGb: 16 } : { apply: 'now' };
    expect(errorOf(await send(name, { ...wish, ...other }, { idempotencyKey }))).toMatchObject({
      status: 409,
      code: 'idempotency_key_reused',
    });
    expect(errorOf(await send('start', target, { idempotencyKey })).code).toBe('idempotency_key_reused');
  });
});

it.each(routes)('%s is not for a key that reads only, not even as a dry-run', async (name) => {
  const answer = await send(name, { ...newTarget(), ...SOUND[name], dryRun: true }, { key: READ_KEY });
  expect(errorOf(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
});

describe('what a customer is shown', () => {
  afterEach(clearFaults);

  /** What only an admin may read: nothing of a customer's answer may hold any of it. */
  const TRACES = [
    'override',
    'lent',
    'canary-reason',
    'canary-admin',
    'perf-4-16',
    '16384',
    'effective',
    'applied',
  ];
  const LOAN = {
    actor: { kind: 'admin', id: 'canary-admin' },
    preset: 'perf-4-16',
    reason: 'canary-reason',
  };

  function expectNoTrace({ text }: Answer): void {
    for (const trace of TRACES) expect(text.toLowerCase()).not.toContain(trace);
  }

  function clean(answer: Answer): string {
    expect(answer.status, answer.text).toBe(200);
    expectNoTrace(answer);
    return answer.text;
  }

  const shown = async (target: Target) => clean(await send('status', target));

  it('holds no trace of a lent size at any moment of it', async () => {
    const target = newTarget();
    const customer = { kind: 'customer', id: target.userId };
    const born = await provisioned(target);
    const before = await shown(target);
    expect(JSON.parse(before)).toEqual(born);

    // Lent, and not yet on the machine: not a byte is another one.
    await done('setSizeOverride', { ...target, ...LOAN });
    expect(await shown(target)).toBe(before);
    await done('clearSizeOverride', { ...target, actor: LOAN.actor });
    expect(await shown(target)).toBe(before);

    // While the machine is brought onto it, it is a restart like any other, whatever it is busy with.
    const machine = '/v1/apps/{app}/machines/{machine}';
    const holds = await Promise.all(
      [`POST ${machine}/stop`, `POST ${machine}`, `POST ${machine}/start`].map((route) =>
        holdNext(route, 'hold_before'),
      ),
    );
    const lending = await send('setSizeOverride', { ...target, ...LOAN, apply: 'now' }, { waitS: 0 });
    expect(lending.status).toBe(202);
    const steps: unknown[] = [];
    for (const held of holds) {
      await held.untilHeld();
      const { operation } = JSON.parse(await shown(target));
      expect(operation).toMatchObject({ kind: 'restart' });
      steps.push(operation.step);
      const busy = await send('stop', { ...target, actor: customer });
      expect(errorOf(busy)).toMatchObject({
        code: 'operation_in_progress',
        details: { operation: { kind: 'restart' } },
      });
      expectNoTrace(busy);
      expect(errorOf(await send('stop', { ...target, actor: ADMIN })).details).toMatchObject({
        operation: { kind: 'set_override' },
      });
      await held.release('proceed');
    }
    expect(steps).toEqual(['stop_machine', 'update_machine', 'start_machine']);
    await vi.waitFor(async () => expect(JSON.parse(await shown(target)).operation).toBeNull(), PATIENT);
    expect((await operationsOf(target))[0]?.operation).toMatchObject({
      kind: 'set_override',
      status: 'succeeded',
    });
    const { startedAt, stoppedAt, ...same } = JSON.parse(await shown(target));
    expect({ ...same, startedAt: born.startedAt, stoppedAt: born.stoppedAt }).toEqual(born);
    expect([typeof startedAt, typeof stoppedAt]).toEqual(['string', 'string']);

    // Whatever a customer does meanwhile: these answers are theirs too.
    for (const name of ['restart', 'stop', 'start', 'provision'] as const) {
      clean(await send(name, { ...target, actor: customer }));
      await shown(target);
    }
    await untilPaid(target);
    expect(await registryRowOf(target)).toMatchObject({ instanceType: 'perf-1-3', machineSize: PERF_1_3 });
    await change('destroy', target);
    await shown(target);
  });
});
