import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { TestInstance } from '../testing/test-instance.ts';
import { actionPolicies } from './action-policies.ts';

const LARGEST = { cpus: 4, memory_mb: 16384, cpu_kind: 'performance' } as const;

async function policies(change: Parameters<TestInstance['store']>[0] = {}) {
  const test = await new TestInstance().provisioned();
  await test.store(change);
  const answers = actionPolicies(test.state(), A_CLOUD);
  return Object.fromEntries(
    Object.entries(answers).map(([action, refusal]) => [action, refusal?.code ?? null]),
  );
}

describe('the policies of a small instance', () => {
  it('leave every choice open, and nothing to repair', async () => {
    expect(await policies()).toEqual({
      resize: null,
      set_override: null,
      extend_volume: null,
      repair: 'invalid_request',
      replace_volume: 'invalid_request',
    });
  });
});

describe('an instance that is as large as there is', () => {
  it('has no tier and no preset left', async () => {
    const largest = { instanceType: 'perf-4-16', machineSize: LARGEST, volumeSizeGb: 40 } as const;
    expect(await policies(largest)).toMatchObject({
      resize: 'not_an_upgrade',
      set_override: 'override_not_larger',
      extend_volume: null,
    });
  });

  it('has no larger volume left', async () => {
    expect(await policies({ volumeSizeGb: 500 })).toMatchObject({
      resize: 'volume_would_shrink',
      extend_volume: 'volume_size_out_of_range',
    });
  });
});

it.each([
  ['duplicate_machines', 'repair'],
  ['volume_missing', 'replace_volume'],
])('%s opens the action %s', async (kind, action) => {
  const drift = [{ kind, since: 0, details: {} }];
  expect((await policies({ drift }))[action]).toBeNull();
});
