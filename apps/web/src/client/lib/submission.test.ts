import { describe, expect, it } from 'vitest';
import { isAnswerLost, type Submission, submissionOf } from './submission.ts';

const keyOf = async (idempotencyKey: string) => idempotencyKey;

describe('a submission', () => {
  it('is sent under the same key each time', async () => {
    const submission = submissionOf(null, 'a', keyOf);
    const key = await submission.send();
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect(await submission.send()).toBe(key);
  });

  it('whose answer was lost is sent again as it was, while the form says the same', async () => {
    const lost: Submission<string> = { content: 'a', send: async () => 'the first request' };
    expect(await submissionOf(lost, 'a', keyOf).send()).toBe('the first request');
  });

  it('has a key of its own once the form says something else', async () => {
    const lost = submissionOf(null, 'a', keyOf);
    expect(await submissionOf(lost, 'b', keyOf).send()).not.toBe(await lost.send());
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
