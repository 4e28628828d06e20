import type { InstanceRow } from '@kiloclaw/db';
import { DRIFT_KINDS } from '@kiloclaw/platform-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATION_DEADLINE_MS } from '../instance/bounds.ts';
import type { CheckupFacts } from '../instance/instance-rpc.ts';
import { DEBT_LATE_MS, findingsOf, LATE_CADENCES, OVERDUE_GRACE_MS } from './findings.ts';
import { healthyFacts, healthyRow, NOW } from './testing/healthy.ts';

const OVERRIDE = {
  machineSize: { cpus: 4, memory_mb: 8_192, cpu_kind: 'performance' },
  reason: 'out of memory',
  actorId: 'user_admin',
} as const;
const kindsOf = (row: InstanceRow, facts: CheckupFacts) => findingsOf(row, facts).map(({ kind }) => kind);

const statuses = fc.constantFrom(
  'provisioning',
  'provisioned',
  'running',
  'stopped',
  'destroying',
  'destroyed',
);
/** Rows of any shape: what an instance may write. */
const rows: fc.Arbitrary<InstanceRow> = fc
  .record({
    status: statuses,
    name: fc.option(fc.string()),
    region: fc.option(fc.constantFrom('iad', 'fra')),
    adminSizeOverride: fc.option(fc.constant(OVERRIDE)),
    volumeSizeGb: fc.option(fc.integer({ min: 1, max: 500 })),
    machineId: fc.option(fc.string({ minLength: 1 })),
    registryVersion: fc.integer({ min: 1, max: 1_000 }),
    destroyedAt: fc.option(fc.constant(NOW)),
  })
  .map((shown) => ({ ...healthyRow(), ...shown }));
/** Facts that are nothing to worry about: a debt of late, an operation under way, an alarm that is just due. */
const soundFacts = rows.chain((row) =>
  fc
    .record({
      lateMs: fc.integer({ min: -3_600_000, max: LATE_CADENCES * 300_000 }),
      hasAlarm: fc.boolean(),
      runsForMs: fc.option(fc.integer({ min: 0, max: OPERATION_DEADLINE_MS + OVERDUE_GRACE_MS })),
      owedForMs: fc.option(fc.integer({ min: 0, max: DEBT_LATE_MS })),
      outcome: fc.constantFrom('taken' as const, 'held_back' as const, 'none' as const),
    })
    .map(({ lateMs, hasAlarm, runsForMs, owedForMs, outcome }): [InstanceRow, CheckupFacts] => {
      const facts = healthyFacts(row);
      const startedAt = NOW - (runsForMs ?? 0);
      const operation = {
        id: 'op',
        kind: 'start',
        isStuck: false,
        step: 'start_machine',
        message: null,
      } as const;
      return [
        row,
        {
          ...facts,
          registry: { ...facts.registry, owedSince: owedForMs === null ? null : NOW - owedForMs },
          alarm: { ...facts.alarm, at: hasAlarm ? NOW - lateMs : null },
          operation: runsForMs === null ? null : { ...operation, startedAt, countedFrom: startedAt },
          look: { outcome, at: null },
        },
      ];
    }),
);

describe('a healthy instance', () => {
  it('has no findings, whatever it is', () => {
    fc.assert(
      fc.property(soundFacts, ([row, facts]) => {
        expect(findingsOf(row, facts)).toEqual([]);
      }),
    );
  });

  it('is not found for the order of keys in what Postgres stores as JSON', () => {
    const row = { ...healthyRow(), adminSizeOverride: OVERRIDE };
    const reversed = Object.fromEntries(Object.entries(OVERRIDE).reverse());
    expect(kindsOf({ ...row, adminSizeOverride: reversed }, healthyFacts(row))).toEqual([]);
  });

  it('may have a row that is behind for now: it is owed', () => {
    const own = { ...healthyRow(), registryVersion: 5, status: 'stopped' };
    const facts = { ...healthyFacts(own), registry: { ...healthyFacts(own).registry, syncedVersion: 3 } };
    expect(kindsOf(healthyRow(), facts)).toEqual([]);
  });
});

describe('a single difference in the row is exactly its finding', () => {
  const DIFFERENT: Partial<InstanceRow>[] = [
    { status: 'stopped' },
    { instanceType: 'perf-4-8' },
    { machineSize: null },
    { volumeSizeGb: 20 },
    { machineId: null },
    { driftKinds: ['clamped'] },
    { destroyedAt: NOW },
    { sandboxId: 'kc-other' },
    { provider: 'docker-local' },
    { trackedImageTag: 'registry.example.com/app:2' },
  ];

  it.each(DIFFERENT)('%j', (written) => {
    const found = findingsOf({ ...healthyRow(), ...written }, healthyFacts());
    expect(found).toMatchObject([{ kind: 'row_differs', details: { fields: Object.keys(written) } }]);
  });

  it.each([
    ['only the row has', OVERRIDE, null, true],
    ['only the object has', null, OVERRIDE, false],
  ])('an override that %s is a phantom', (_who, inRow, inObject, isInRow) => {
    const facts = healthyFacts({ ...healthyRow(), adminSizeOverride: inObject });
    const found = findingsOf({ ...healthyRow(), adminSizeOverride: inRow }, facts);
    expect(found).toEqual([{ kind: 'phantom_override', since: null, details: { isInRow } }]);
  });

  it('an override that both have and that is not the same is none', () => {
    const facts = healthyFacts({ ...healthyRow(), adminSizeOverride: OVERRIDE });
    const found = findingsOf({ ...healthyRow(), adminSizeOverride: { ...OVERRIDE, reason: 'other' } }, facts);
    expect(found).toMatchObject([{ kind: 'row_differs', details: { fields: ['adminSizeOverride'] } }]);
  });

  it.each([
    ['of an earlier life', 9],
    ['of a backup', 1],
  ])('a version %s alone is one', (_what, registryVersion) => {
    const found = findingsOf({ ...healthyRow(), registryVersion }, healthyFacts());
    expect(found).toEqual([
      {
        kind: 'row_differs',
        since: null,
        details: { fields: [], rowVersion: registryVersion, writtenVersion: 3 },
      },
    ]);
  });
});

describe('a single fact is exactly its finding', () => {
  const facts = healthyFacts();
  const at = new Date(NOW - 3_600_000).toISOString();
  const operation = {
    id: 'op',
    kind: 'destroy',
    step: 'delete_machine',
    startedAt: NOW - 3_600_000,
    countedFrom: NOW - 3_600_000,
    message: 'fly does not answer',
  } as const;
  const CASES: [string, CheckupFacts, object][] = [
    [
      'registry_debt',
      { ...facts, registry: { ...facts.registry, auditRowsOwed: 2, owedSince: NOW - 3_600_000 } },
      { since: at, details: { auditRowsOwed: 2, version: 3, syncedVersion: 3 } },
    ],
    [
      'alarm_late',
      { ...facts, alarm: { ...facts.alarm, at: NOW - 3_600_000 } },
      { since: at, details: { lateS: 3_600 } },
    ],
    [
      'alarm_repaired',
      { ...facts, alarm: { ...facts.alarm, repairs: { times: 3, lastAt: NOW - 3_600_000 } } },
      { since: at, details: { times: 3 } },
    ],
    [
      'operation_stuck',
      { ...facts, operation: { ...operation, isStuck: true } },
      { since: at, details: { operationId: 'op', operationKind: 'destroy', step: 'delete_machine' } },
    ],
    ['operation_overdue', { ...facts, operation: { ...operation, isStuck: false } }, { since: at }],
    [
      'adopted',
      { ...facts, adopted: [{ what: 'machine_forgotten', from: 'm', to: null }] },
      { details: { what: 'machine_forgotten', from: 'm', to: null } },
    ],
    [
      'provider_silent',
      { ...facts, look: { outcome: 'failed', at: null } },
      { details: { lastLookAt: null } },
    ],
    ...DRIFT_KINDS.map((kind): [string, CheckupFacts, object] => [
      kind,
      { ...facts, drift: [{ kind, since: NOW - 3_600_000, details: { told: kind } }] },
      { since: at, details: { told: kind } },
    ]),
  ];

  it.each(CASES)('%s', (kind, told, expected) => {
    expect(findingsOf(healthyRow(), told)).toMatchObject([{ kind, ...expected }]);
  });

  it('and none where the provider was away: an operation’s time counts from its answer', () => {
    const waiting = { ...operation, isStuck: false, countedFrom: NOW - OPERATION_DEADLINE_MS };
    expect(findingsOf(healthyRow(), { ...facts, operation: waiting })).toEqual([]);
  });

  it('a row that was refused for good is told by that finding alone', () => {
    const drift = [{ kind: 'registry_rejected', since: NOW, details: {} }];
    const rejected = { ...facts, drift, registry: { ...facts.registry, syncedVersion: 4 } };
    expect(kindsOf(healthyRow(), rejected)).toEqual(['registry_rejected']);
  });
});
