/** An operation whose provider asks for a pause: it is kept, within bounds. */
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../../providers/provider-error.ts';
import { HELD_BACK_MOST_MS } from '../bounds.ts';
import { Instance } from '../instance.ts';
import { TestInstance } from '../testing/test-instance.ts';

const MINUTE_MS = 60_000;
/** Milliseconds that somebody wrote where seconds belong. */
const SLIP_MS = 3_600_000 * 1_000;

/** A stop that the provider refuses, and asks to be tried again after so long. */
async function askedToWait(retryAfterMs: number): Promise<number> {
  const test = await new TestInstance().provisioned();
  const provider = test.instance.deps.provider('fly');
  const stopMachine = async () => {
    throw new ProviderError({ provider: 'fly', kind: 'rate_limited', message: 'full', retryAfterMs });
  };
  test.instance = new Instance({ ...test.instance.deps, provider: () => ({ ...provider, stopMachine }) });
  await test.change('stop');
  await test.quiet();
  return test.newestOperation().nextAttemptAt - test.clock.now();
}

describe('a step that the provider asks to be tried again later', () => {
  it.each([2, 50])('waits for the %i minutes that it was told', async (minutes) => {
    expect(await askedToWait(minutes * MINUTE_MS)).toBe(minutes * MINUTE_MS);
  });

  it('waits for an hour at most, however long it was told', async () => {
    expect(await askedToWait(SLIP_MS)).toBe(HELD_BACK_MOST_MS);
  });
});
