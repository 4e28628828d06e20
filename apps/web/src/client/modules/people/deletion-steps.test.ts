import { expect, it } from 'vitest';
import { deletionSteps } from './deletion-steps.ts';

const statusesOf = (...asked: Parameters<typeof deletionSteps>) =>
  deletionSteps(...asked).map(({ status }) => status);

it('a deletion awaits instances, then takes the rest away while it is asked for', () => {
  const awaiting = { isDeleted: true, isFinished: false, awaitedCount: 2 };
  expect(deletionSteps(awaiting, true)[1]?.name).toBe('Destroy their instances: 2 instances to go');
  expect(statusesOf(awaiting, true)).toEqual(['succeeded', 'running', 'pending']);
  expect(statusesOf(awaiting, false)).toEqual(['succeeded', 'running', 'pending']);
  const gone = { ...awaiting, awaitedCount: 0 };
  expect(statusesOf(gone, true)).toEqual(['succeeded', 'succeeded', 'running']);
  expect(statusesOf(gone, false)).toEqual(['succeeded', 'succeeded', 'pending']);
  expect(statusesOf({ ...gone, isFinished: true }, false)).toEqual(['succeeded', 'succeeded', 'succeeded']);
});
