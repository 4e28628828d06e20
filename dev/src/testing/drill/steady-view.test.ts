import { expect, it } from 'vitest';
import { changedFields } from './steady-view.ts';

const BEFORE = {
  status: 'running',
  whyThisSize: { sentence: 'As billed.', observed: { at: 'then' } },
  drift: [{ kind: 'machine_missing' }],
  nextAlarmAt: 'then',
};

it('what passes by itself, and what a later release tells besides, is no change', () => {
  const after = {
    ...BEFORE,
    whyThisSize: { sentence: 'As billed.', observed: null, told: 'more' },
    drift: [{ kind: 'machine_missing', since: 'then' }],
    nextAlarmAt: 'now',
    later: true,
  };
  expect(changedFields(BEFORE, after)).toEqual([]);
});

it.each([
  ['status', { ...BEFORE, status: 'stopped' }],
  ['status', { ...BEFORE, status: undefined }],
  ['whyThisSize', { ...BEFORE, whyThisSize: { sentence: 'Lent.' } }],
  ['drift', { ...BEFORE, drift: [] }],
  ['drift', { ...BEFORE, drift: [...BEFORE.drift, { kind: 'volume_missing' }] }],
])('a change of %s is one', (field, after) => {
  expect(changedFields(BEFORE, after)).toEqual([field]);
});
