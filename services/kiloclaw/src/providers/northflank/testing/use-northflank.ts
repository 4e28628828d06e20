import { afterAll, beforeEach } from 'vitest';
import { NorthflankHarness } from './harness.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The harness of a test file, reset before each test. */
export async function useNorthflank(clock?: VirtualClock): Promise<NorthflankHarness> {
  const northflank = await NorthflankHarness.start(clock);
  beforeEach(() => northflank.reset());
  afterAll(() => northflank.stop());
  return northflank;
}
