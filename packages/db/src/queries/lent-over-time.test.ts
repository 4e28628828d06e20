import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRow } from '../rows.ts';
import { appendAudit } from './append-audit.ts';
import { auditRow } from './fixtures.ts';
import { LENT_BUCKETS_MAX, type LentAt, lentOverTime } from './lent-over-time.ts';
import { openWebRegistry, type WebRegistry } from './testing/web-registry.ts';

const NOON_MS = Date.UTC(2026, 0, 1, 12);
const OWN = { cpus: 1, memory_mb: 3_072, cpu_kind: 'performance' };
const HARDWARE = { instanceType: 'perf-1-3', machineSize: OWN, volumeSizeGb: 10 };

let registry: WebRegistry;
beforeAll(async () => {
  registry = await openWebRegistry();
});
afterAll(() => registry?.close());

/** What can happen to an instance, as its audit rows tell it. */
type Event =
  | { readonly kind: 'set'; readonly cpus: number; readonly lastsMs: number | null }
  | { readonly kind: 'clear' | 'resized' | 'resize_failed_late' | 'resize_failed' | 'refused' | 'restarted' };

const size = (cpus: number) => ({ cpus, memory_mb: cpus * 4_096, cpu_kind: 'performance' });

/** The rows of one instance whose events are a second apart. */
function rowsOf(events: readonly Event[], instanceId: string): AuditRow[] {
  let lent: { cpus: number } | null = null;
  return events.flatMap((event, index) => {
    const at = NOON_MS + (index + 1) * 1_000;
    const row = (action: string, outcome: AuditRow['outcome'], more: Partial<AuditRow>): AuditRow =>
      auditRow({ at, instanceId, action, outcome, before: HARDWARE, after: null, metadata: null, ...more });
    const told = (action: string, outcome: AuditRow['outcome']): AuditRow =>
      row(action, outcome, { at: at + 1, after: { ...HARDWARE, lentSize: lent } });
    const asked = (action: string) => row(action, 'requested', { metadata: { asked: { apply: 'manual' } } });
    switch (event.kind) {
      case 'set': {
        lent = size(event.cpus);
        const expiresAt =
          event.lastsMs === null ? {} : { expiresAt: new Date(at + event.lastsMs).toISOString() };
        const override = { machineSize: lent, reason: 'a launch', ...expiresAt };
        return [
          row('set_override', 'requested', { metadata: { asked: { override } } }),
          told('set_override', 'succeeded'),
        ];
      }
      case 'clear':
        lent = null;
        return [asked('clear_override'), told('clear_override', 'succeeded')];
      case 'resized':
      case 'resize_failed_late':
        lent = null;
        return [asked('resize'), told('resize', event.kind === 'resized' ? 'succeeded' : 'failed')];
      case 'resize_failed':
        return [asked('resize'), told('resize', 'failed')];
      case 'refused':
        return [row('set_override', 'denied', { metadata: { code: 'override_not_larger' } })];
      default:
        return [asked('restart'), told('restart', 'succeeded')];
    }
  });
}

/** CPUs lent half a second after the event of this index. */
function lentAfter(events: readonly Event[], index: number): number {
  let lent: { cpus: number; untilMs: number } | null = null;
  for (const [place, event] of events.slice(0, index + 1).entries()) {
    if (event.kind === 'set')
      lent = {
        cpus: event.cpus,
        untilMs: event.lastsMs === null ? Number.MAX_SAFE_INTEGER : place * 1_000 + event.lastsMs,
      };
    else if (['clear', 'resized', 'resize_failed_late'].includes(event.kind)) lent = null;
  }
  return lent !== null && lent.untilMs > index * 1_000 + 500 ? lent.cpus : 0;
}

const events: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    cpus: fc.integer({ min: 2, max: 8 }),
    lastsMs: fc.constantFrom(null, 200, 1_200, 5_200),
  }),
  fc.record({
    kind: fc.constantFrom('clear', 'resized', 'resize_failed_late', 'resize_failed', 'refused', 'restarted'),
  }),
);

const EVENTS = 8;
const nothing = { overrides: 0, cpus: 0, memoryGb: 0, extraCpus: 0, extraMemoryGb: 0 };

describe('what was lent over time', () => {
  test('is at the end of each bucket what the audit rows of all instances add up to', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(events, { minLength: EVENTS, maxLength: EVENTS }), { minLength: 1, maxLength: 4 }),
        async (histories) => {
          await registry.sql.unsafe(
            'ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only; TRUNCATE audit_log',
          );
          await appendAudit(
            registry.ownerDb,
            histories.flatMap((history) => rowsOf(history, crypto.randomUUID())),
          );
          // Buckets end half a second after each event.
          const from = NOON_MS + 500;
          const levels = await lentOverTime(registry.db, {
            from,
            to: from + EVENTS * 1_000,
            buckets: EVENTS,
          });
          const expected = Array.from({ length: EVENTS }, (_, index): LentAt => {
            const lent = histories.map((history) => lentAfter(history, index)).filter((cpus) => cpus > 0);
            const cpus = lent.reduce((sum, each) => sum + each, 0);
            return {
              at: from + (index + 1) * 1_000,
              overrides: lent.length,
              cpus,
              memoryGb: cpus * 4,
              extraCpus: cpus - lent.length,
              extraMemoryGb: cpus * 4 - lent.length * 3,
            };
          });
          expect(levels).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    ));

  test('counts what was lent before the period, and of unknown own hardware nothing beyond it', async () => {
    await registry.sql`TRUNCATE audit_log`;
    const override = { machineSize: size(4), reason: 'a launch' };
    const set = auditRow({
      at: NOON_MS,
      action: 'set_override',
      before: null,
      metadata: { asked: { override } },
    });
    await appendAudit(registry.ownerDb, [set]);
    const from = NOON_MS + 86_400_000;
    const lent = { ...nothing, overrides: 1, cpus: 4, memoryGb: 16 };
    expect(await lentOverTime(registry.db, { from, to: from + 10, buckets: 2 })).toEqual([
      { at: from + 5, ...lent },
      { at: from + 10, ...lent },
    ]);
    const before = NOON_MS - 10;
    expect(await lentOverTime(registry.db, { from: before, to: NOON_MS - 1, buckets: 1 })).toEqual([
      { at: NOON_MS - 1, ...nothing },
    ]);
  });

  test('spoils nothing by a row that can’t be read', async () => {
    await registry.sql`TRUNCATE audit_log`;
    const garbled = [
      'huge',
      { machineSize: 'huge', expiresAt: 'soon' },
      { machineSize: { cpus: 'many' } },
      null,
    ];
    await appendAudit(
      registry.ownerDb,
      garbled.map((override) =>
        auditRow({ at: NOON_MS, action: 'set_override', metadata: { asked: { override } } }),
      ),
    );
    const levels = await lentOverTime(registry.db, { from: NOON_MS, to: NOON_MS + 1, buckets: 1 });
    expect(levels).toEqual([{ at: NOON_MS + 1, ...nothing, overrides: garbled.length }]);
  });

  test('has bounds', async () => {
    for (const buckets of [0, 1.5, LENT_BUCKETS_MAX + 1])
      await expect(lentOverTime(registry.db, { from: 0, to: 1, buckets })).rejects.toThrow(RangeError);
    await expect(lentOverTime(registry.db, { from: 1, to: 1, buckets: 1 })).rejects.toThrow(RangeError);
    expect(await lentOverTime(registry.db, { from: 0, to: NOON_MS, buckets: LENT_BUCKETS_MAX })).toHaveLength(
      LENT_BUCKETS_MAX,
    );
  });
});
