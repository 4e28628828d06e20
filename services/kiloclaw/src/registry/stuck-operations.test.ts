import type { AuditRow } from '@kiloclaw/db';
import { describe, expect, it } from 'vitest';
import { forgetEnded, keepReport, stuckOf } from './stuck-operations.ts';

const NOW = Date.UTC(2026, 0, 31);
const HOUR_MS = 60 * 60_000;
const ALICES = 'instance-alice';

/** As much of an object's storage as is used, in memory. */
function memoryStorage() {
  const kept = new Map<string, unknown>();
  const storage = {
    get: async (key: string) => kept.get(key),
    put: async (key: string, value: unknown) => void kept.set(key, value),
    delete: async (key: string) => kept.delete(key),
    list: async () => new Map(kept),
  };
  return { kept, storage: storage as unknown as Parameters<typeof stuckOf>[0] };
}

const report = (operationId: string, reportedAt = NOW) => ({
  v: 1 as const,
  instanceId: ALICES,
  stuck: { operationId, kind: 'destroy' as const, reportedAt },
});

const outcomeOf = (operationId: string, outcome: AuditRow['outcome']) =>
  [{ instanceId: ALICES, operationId, outcome }] as unknown as AuditRow[];

describe('a report of a stuck operation', () => {
  it('is kept until the instance says that it goes on', async () => {
    const { storage } = memoryStorage();
    await keepReport(storage, report('operation-1'));
    await keepReport(storage, report('operation-1', NOW + 1));
    expect(await stuckOf(storage, NOW)).toEqual(['destroy']);
    await keepReport(storage, { v: 1, instanceId: ALICES, stuck: null });
    expect(await stuckOf(storage, NOW)).toEqual([]);
  });

  it.each(['succeeded', 'failed'] as const)(
    'goes with the row that tells that it has %s',
    async (outcome) => {
      const { storage } = memoryStorage();
      await keepReport(storage, report('operation-1'));
      await forgetEnded(storage, outcomeOf('operation-0', outcome));
      await forgetEnded(storage, outcomeOf('operation-1', 'requested'));
      expect(await stuckOf(storage, NOW)).toEqual(['destroy']);
      await forgetEnded(storage, outcomeOf('operation-1', outcome));
      expect(await stuckOf(storage, NOW)).toEqual([]);
    },
  );

  it('is let go of when it was not repeated for longer than two tries are apart', async () => {
    const { kept, storage } = memoryStorage();
    await keepReport(storage, report('operation-1'));
    expect(await stuckOf(storage, NOW + 2 * HOUR_MS)).toEqual(['destroy']);
    expect(await stuckOf(storage, NOW + 3 * HOUR_MS)).toEqual([]);
    expect(kept.size).toBe(0);
  });
});
