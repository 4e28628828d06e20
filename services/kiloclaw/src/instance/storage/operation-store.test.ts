import { describe, expect, it } from 'vitest';
import { TestInstance } from '../testing/test-instance.ts';
import { insertOperation, KEYED_OPERATIONS_MOST, TIMELINE_LENGTH } from './operation-store.ts';

const DAY_MS = 24 * 60 * 60_000;

/** How many operations are kept when `count` more have come, `gapMs` after one another. */
async function kept(count: number, gapMs: number): Promise<number> {
  const test = await new TestInstance().provisioned();
  const { storage } = test.instance.deps;
  const ended = test.newestOperation();
  for (let number = 1; number <= count; number += 1) {
    const id = `${ended.id}-${number}`;
    const startedAt = ended.startedAt + number * gapMs;
    insertOperation(storage, { ...ended, id, idempotencyKey: id, startedAt });
  }
  return storage.exec<{ kept: number }>('SELECT count(*) AS kept FROM operations')[0]?.kept ?? 0;
}

const MANY_OPERATIONS_TIMEOUT_MS = 60_000;

describe('the operations that an object keeps', () => {
  it('are the timeline where their keys have had their time', async () => {
    expect(await kept(TIMELINE_LENGTH + 5, DAY_MS)).toBe(TIMELINE_LENGTH);
  });

  it('are bounded, however many keys a day brings', { timeout: MANY_OPERATIONS_TIMEOUT_MS }, async () => {
    expect(await kept(KEYED_OPERATIONS_MOST + 5, 1)).toBe(KEYED_OPERATIONS_MOST);
  });
});
