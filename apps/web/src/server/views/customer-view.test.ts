import {
  type OperationAnswer,
  OperationAnswerSchema,
  OperationKindSchema,
  OperationStatusSchema,
  type OperationView,
  StatusViewSchema,
  StepStatusSchema,
} from '@kiloclaw/platform-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerInstance, customerListedInstance, customerOperation } from './customer-view.ts';

const CANARY = 'canary';
const OWNER = 'alice';
const AT = '2026-01-02T03:04:05.000Z';
const STEP_NAMES = [
  'locate_machine',
  'learn_hardware',
  'check_size',
  'raise_live',
  'stop_machine',
  'wait_stopped',
  'record_stopped',
  'remove_replaced_machine',
  'update_machine',
  'create_machine',
  'start_machine',
  'wait_running',
];

/** Text that no customer may read, wherever it stands. */
const secret = fc.string({ maxLength: 5 }).map((text) => `${CANARY}${text}`);
const lentSize = fc.constant({ cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' });
const override = fc.record({
  machineSize: lentSize,
  preset: secret,
  reason: secret,
  actorId: secret,
  setAt: secret,
});
const step = fc.record({
  name: fc.oneof(fc.constantFrom(...STEP_NAMES), secret),
  status: fc.constantFrom(...StepStatusSchema.options),
  startedAt: fc.option(fc.constant(AT)),
  endedAt: fc.option(fc.constant(AT)),
});
const operationAnswer = fc.record({
  operation: fc.record({
    id: fc.uuid(),
    kind: fc.constantFrom(...OperationKindSchema.options),
    status: fc.constantFrom(...OperationStatusSchema.options),
    steps: fc.array(step, { maxLength: 8 }),
    actor: fc.record({
      kind: fc.constantFrom('admin', 'customer', 'api', 'system'),
      id: fc.oneof(secret, fc.constant(OWNER)),
    }),
    startedAt: fc.constant(AT),
    endedAt: fc.option(fc.constant(AT)),
    error: fc.option(
      fc.record({
        code: fc.constantFrom('host_too_small', 'provider_error', 'provider_capacity', 'override_not_larger'),
        message: secret,
        details: fc.dictionary(secret, secret, { maxKeys: 3 }),
      }),
    ),
    reason: secret,
  }),
  result: fc.option(
    fc.record({ override, previousOverride: override, effectiveSize: lentSize, note: secret }),
  ),
}) as fc.Arbitrary<OperationAnswer>;

const billed = {
  userId: OWNER,
  instanceId: '00000000-0000-4000-8000-000000000001',
  sandboxId: `kc-${CANARY}`,
  name: 'assistant',
  provider: 'fly',
  region: 'iad',
  status: 'running',
  instanceType: 'perf-1-3',
  machineSize: { cpus: 1, memory_mb: 3_072, cpu_kind: 'performance' },
  volumeSizeGb: 10,
  endpoint: `http://${CANARY}.internal`,
  createdAt: AT,
  startedAt: AT,
  stoppedAt: null,
  operation: null,
} as const;
/** More than a status view has: what a debug view would, were it ever taken for one. */
const debugFields = fc.record({
  sizeOverride: override,
  effectiveSize: lentSize,
  applied: fc.record({ asked: lentSize, given: lentSize, source: fc.constant('override') }),
  pendingRestart: fc.boolean(),
  whyThisSize: fc.record({ sentence: secret, override }),
  providerState: fc.dictionary(secret, secret),
  drift: fc.array(fc.record({ kind: secret, details: fc.dictionary(secret, secret) }), { maxLength: 2 }),
  stateError: secret,
  operation: fc.option(
    fc.record({
      id: fc.uuid(),
      kind: fc.constantFrom('set_override', 'clear_override'),
      step: secret,
      startedAt: fc.constant(AT),
    }),
  ),
});

const tellsOfALoan = /canary|override|lent|preset|16384|raise/i;

describe('what leaves for customers', () => {
  it('has nothing of an override, a reason, an actor or an error’s own words, whatever an operation holds', () => {
    fc.assert(
      fc.property(operationAnswer, (answer) => {
        expect(JSON.stringify(customerOperation(answer, OWNER))).not.toMatch(tellsOfALoan);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has nothing of what else is known of an instance, even of all that admins see', () => {
    fc.assert(
      fc.property(debugFields, (more) => {
        const view = { ...StatusViewSchema.parse(billed), ...more };
        const text = JSON.stringify(customerInstance(view as typeof view & { operation: null }));
        expect(text).not.toMatch(tellsOfALoan);
        expect(text).toContain('"memory_mb":3072');
      }),
      { numRuns: 500 },
    );
  });

  it('is the same of an instance that an admin lends hardware as of one that nobody does', () => {
    fc.assert(
      fc.property(debugFields, ({ operation: _operation, ...more }) => {
        const view = StatusViewSchema.parse(billed);
        expect(customerInstance({ ...view, ...more })).toEqual(customerInstance(view));
      }),
    );
  });

  it('is four columns of the registry’s row', () => {
    const row = {
      ...billed,
      userEmail: null,
      sizeOverride: null,
      sizeOverrideUnreadable: true,
      driftKinds: [CANARY],
      machineId: CANARY,
      imageTag: CANARY,
      registryVersion: 7,
      updatedAt: AT,
      destroyedAt: null,
    };
    const { instanceId, name, status, createdAt } = billed;
    expect(customerListedInstance(row)).toEqual({ instanceId, name, status, createdAt });
  });
});

const APPLY = STEP_NAMES;
const RESTART = STEP_NAMES.filter((name) => name !== 'raise_live');

/** An operation that has come as far as `reached`, which `kind` of step list says. */
function operationAt(
  kind: OperationView['kind'],
  names: readonly string[],
  reached: string | null,
  actor: OperationView['actor'] = { kind: 'admin', id: 'admin' },
): OperationAnswer {
  const place = reached === null ? names.length : names.indexOf(reached);
  return OperationAnswerSchema.parse({
    operation: {
      id: '00000000-0000-4000-8000-000000000002',
      kind,
      status: reached === null ? 'succeeded' : 'running',
      steps: names.map((name, index) => ({
        name,
        status: index < place ? 'succeeded' : index === place ? 'running' : 'pending',
        startedAt: index <= place ? AT : null,
        endedAt: index < place ? AT : null,
      })),
      actor,
      startedAt: AT,
      endedAt: reached === null ? AT : null,
      error: null,
    },
    result: null,
  });
}

describe('a restart that somebody else asked for', () => {
  it.each([...RESTART, null])(
    'reads the same at %s, whether a lent size brought it about or not',
    (reached) => {
      const plain = customerOperation(operationAt('restart', RESTART, reached), OWNER);
      for (const kind of ['set_override', 'clear_override'] as const)
        expect(customerOperation(operationAt(kind, APPLY, reached), OWNER)).toEqual(plain);
    },
  );

  it('shows from the moment that it touches the machine', () => {
    expect(customerOperation(operationAt('restart', RESTART, 'check_size'), OWNER)).toBeNull();
    expect(customerOperation(operationAt('restart', RESTART, 'stop_machine'), OWNER)).toMatchObject({
      kind: 'restart',
      byOwner: false,
      steps: [
        { name: 'prepare', status: 'succeeded' },
        { name: 'stop', status: 'running' },
        { name: 'start', status: 'pending' },
        { name: 'ready', status: 'pending' },
      ],
    });
  });

  it('shows at once where the customer asked for it', () => {
    const answer = operationAt('restart', RESTART, 'locate_machine', { kind: 'customer', id: OWNER });
    expect(customerOperation(answer, OWNER)).toMatchObject({ byOwner: true, status: 'running' });
  });

  it('is not there where it made no machine stop or start', () => {
    const skipped = operationAt('set_override', APPLY, null);
    for (const each of skipped.operation.steps) each.status = 'skipped';
    expect(customerOperation(skipped, OWNER)).toBeNull();
    expect(customerOperation(operationAt('set_override', [], null), OWNER)).toBeNull();
  });
});

describe('what failed', () => {
  const failed = (code: string, status: string) => {
    const answer = operationAt('start', RESTART, 'update_machine', { kind: 'customer', id: OWNER });
    return OperationAnswerSchema.parse({
      ...answer,
      operation: { ...answer.operation, status, error: { code, message: 'in admins’ words' } },
    });
  };

  it('has a sentence for customers, and no step that still runs', () => {
    const told = customerOperation(failed('provider_capacity', 'failed'), OWNER);
    expect(told?.failure).toContain('no free capacity');
    expect(told?.steps.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'pending']);
  });

  it('reads alike for host_too_small, which a lent size can bring about, and for any trouble of the provider’s', () => {
    expect(customerOperation(failed('host_too_small', 'failed'), OWNER)).toEqual(
      customerOperation(failed('provider_error', 'failed'), OWNER),
    );
  });

  it('has not failed yet while it is tried again', () => {
    expect(customerOperation(failed('provider_error', 'stuck'), OWNER)).toMatchObject({
      status: 'stuck',
      failure: null,
    });
  });
});
