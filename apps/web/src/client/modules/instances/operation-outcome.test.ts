import { OperationKindSchema } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { humanise, KIND_LABELS, progressText, stepLabel } from './operation-labels.ts';
import { outcomeOf } from './operation-outcome.ts';

const operation = { kind: 'resize', status: 'succeeded', error: null } as const;

describe('the outcome of an operation', () => {
  it.each(['running', 'stuck'] as const)('is none while it is %s', (status) => {
    expect(outcomeOf({ ...operation, status }, 'A')).toBeNull();
  });

  it('names the instance and what has come of it', () => {
    expect(outcomeOf(operation, 'Alice’s assistant')).toEqual({
      tone: 'success',
      title: 'Alice’s assistant is resized',
    });
  });

  it('tells why it failed in the control plane’s words, or where to look', () => {
    const error = { code: 'provider_capacity', message: 'There is no room.' } as const;
    expect(outcomeOf({ ...operation, status: 'failed', error }, 'A')).toEqual({
      tone: 'failure',
      title: 'Resize tier of A failed',
      description: 'There is no room.',
    });
    expect(outcomeOf({ ...operation, status: 'failed' }, 'A')?.description).toContain('timeline');
  });

  it('is told as news where another operation took its place', () => {
    expect(outcomeOf({ ...operation, status: 'superseded' }, 'A')?.tone).toBe('info');
  });
});

it('every kind of operation has words of its own', () => {
  const names = OperationKindSchema.options.map((kind) => KIND_LABELS[kind].name);
  expect(new Set(names).size).toBe(OperationKindSchema.options.length);
});

it('a step that has no words yet is shown by its name, made readable', () => {
  expect(stepLabel('wait_running')).toBe('Wait until it runs');
  expect(stepLabel('polish_the_brass')).toBe('Polish the brass');
  expect(humanise('')).toBe('');
});

it('progress counts what is done and what was left out, and never beyond the last step', () => {
  const step = (status: 'pending' | 'running' | 'succeeded' | 'skipped') => ({
    name: status,
    status,
    startedAt: null,
    endedAt: null,
  });
  expect(
    progressText({ steps: [step('succeeded'), step('skipped'), step('running'), step('pending')] }),
  ).toBe('Step 3 of 4');
  expect(progressText({ steps: [step('succeeded')] })).toBe('Step 1 of 1');
});
