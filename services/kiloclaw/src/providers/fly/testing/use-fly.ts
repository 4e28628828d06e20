import { afterAll, afterEach, beforeEach, expect } from 'vitest';
import { FlyHarness } from './harness.ts';

/** The harness of a test file: reset before each test, and after it nothing on the wire may have been wrong. */
export async function useFly(): Promise<FlyHarness> {
  const fly = await FlyHarness.start();
  beforeEach(() => fly.reset());
  afterEach(() => {
    expect(fly.problems).toEqual([]);
  });
  afterAll(() => fly.stop());
  return fly;
}
