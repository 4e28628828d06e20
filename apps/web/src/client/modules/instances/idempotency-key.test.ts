import { describe, expect, it } from 'vitest';
import { IdempotencyKeys } from './idempotency-key.ts';

const ASKED = { instanceId: 'a', action: 'stop' };

describe('the key of a change', () => {
  it.each(['unreachable', 'control_plane_unavailable'])('is the same again after %s', (code) => {
    const keys = new IdempotencyKeys();
    const first = keys.keyFor(ASKED);
    keys.answered(code);
    expect(keys.keyFor({ ...ASKED })).toBe(first);
  });

  it.each([null, 'operation_in_progress', 'plan_stale'])('is a new one after the answer %s', (code) => {
    const keys = new IdempotencyKeys();
    const first = keys.keyFor(ASKED);
    keys.answered(code);
    expect(keys.keyFor(ASKED)).not.toBe(first);
  });

  it('is a new one for something else, even after a lost answer', () => {
    const keys = new IdempotencyKeys();
    const first = keys.keyFor(ASKED);
    keys.answered('unreachable');
    expect(keys.keyFor({ ...ASKED, action: 'restart' })).not.toBe(first);
  });
});
