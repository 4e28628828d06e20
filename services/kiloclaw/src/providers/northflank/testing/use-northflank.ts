import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import { NorthflankHarness } from './harness.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The harness of a test file: reset before each test, and after it no request may have been wrong. */
export async function useNorthflank(clock?: VirtualClock): Promise<NorthflankHarness> {
  const northflank = await NorthflankHarness.start(clock);
  beforeEach(() => northflank.reset());
  afterEach(() => {
    expect(northflank.problems).toEqual([]);
  });
  afterAll(() => northflank.stop());
  return northflank;
}
