import { describe, expect, it } from 'vitest';
import type { CustomerOperation } from '../../../server/views/customer-view.ts';
import { operationTold } from './own-operation-words.ts';
import { outcomeTold } from './own-outcome.ts';

const AT = '2026-01-02T03:04:05.000Z';
const operation = (fields: Partial<CustomerOperation>): CustomerOperation => ({
  id: 'x',
  kind: 'restart',
  status: 'succeeded',
  steps: [],
  byOwner: true,
  startedAt: AT,
  endedAt: AT,
  failure: null,
  ...fields,
});

describe('an operation in a customer’s words', () => {
  it.each([
    [{}, 'You restarted your instance'],
    [{ byOwner: false }, 'Your instance was restarted'],
    [{ status: 'running' }, 'Restarting'],
    [{ status: 'failed' }, 'Your instance could not be restarted'],
    [{ status: 'stuck' }, 'Restarting: this takes longer than usual, and is tried again by itself'],
    [{ status: 'superseded' }, 'Restarting was given up for something newer'],
  ] as const)('%j', (fields, sentence) => {
    expect(operationTold(operation(fields)).sentence).toBe(sentence);
  });
});

describe('its outcome', () => {
  it.each(['running', 'stuck'] as const)('is none while it is %s', (status) => {
    expect(outcomeTold(operation({ status }))).toBeNull();
  });

  it('has the reason where it failed', () => {
    expect(outcomeTold(operation({ status: 'failed', failure: 'No free capacity.' }))).toEqual({
      tone: 'failure',
      title: 'Your instance could not be restarted',
      description: 'No free capacity.',
    });
  });
});
