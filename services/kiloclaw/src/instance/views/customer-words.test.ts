import { describe, expect, it } from 'vitest';
import { accepted, TestInstance } from '../testing/test-instance.ts';
import type { ProviderMethod } from '../testing/world.ts';

/** The steps that a customer's status shows, call by call, while the machine restarts on a lent size. */
async function stepsShown(): Promise<Set<string | null | undefined>> {
  const test = await new TestInstance().provisioned();
  accepted(await test.setOverride('perf-4-16'));
  const shown = new Set<string | null | undefined>();
  const call = test.world.call.bind(test.world);
  test.world.call = <Value>(method: ProviderMethod, effect: () => Value) => {
    shown.add(test.status().operation?.step);
    return call(method, effect);
  };
  await test.done(test.change('restart'));
  return shown;
}

describe('the steps that a customer sees', () => {
  it('are the same names for a restart on a lent size as for one on another configuration', async () => {
    const lent = await stepsShown();
    const known = ['locate_machine', 'check_size', 'update_machine', 'stop_machine', 'wait_stopped'];
    expect([...lent].sort()).toEqual([...known, 'start_machine', 'wait_running'].sort());
  });
});
