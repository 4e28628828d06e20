import { describe, expect, it } from 'vitest';
import { isAnswerLost, submissionOf } from './submission.ts';

const prepare = (idempotencyKey: string) => ({ idempotencyKey });

describe('a submission', () => {
  it('whose answer was lost is sent again as it was, while the form says the same', () => {
    const lost = submissionOf(null, 'a', prepare);
    expect(submissionOf(lost, 'a', prepare)).toBe(lost);
  });

  it('has a key of its own once the form says something else', () => {
    const lost = submissionOf(null, 'a', prepare);
    expect(submissionOf(lost, 'b', prepare).request).not.toEqual(lost.request);
  });

  it('has a key of its own where nothing was lost', () => {
    const [one, other] = [submissionOf(null, 'a', prepare), submissionOf(null, 'a', prepare)];
    expect(one.request.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.request).not.toEqual(one.request);
  });

  it.each([
    ['unreachable', true],
    ['control_plane_unavailable', true],
    ['plan_stale', false],
    ['operation_in_progress', false],
    ['signed_out', false],
  ])('that failed with %s has lost its answer: %s', (code, lost) => {
    expect(isAnswerLost({ code })).toBe(lost);
  });
});
