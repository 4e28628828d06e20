import { describe, expect, it } from 'vitest';
import { type DeletionPorts, LOOKS_A_ROUND_MAX, ROUNDS_MAX, runDeletion } from './run-deletion.ts';

type Answer = Awaited<ReturnType<DeletionPorts['ask']>>;
const FINISHED: Answer = { isFinished: true, pendingCount: 0 };
const PENDING: Answer = { isFinished: false, pendingCount: 2 };
const TOO_MANY: Answer = { isFinished: false, pendingCount: 0 };

/** Answers in turn, the last one from then on. */
function ports(answers: readonly (Answer | Error)[], awaited: readonly number[] = [0]) {
  const calls: string[] = [];
  const turn = <Value>(values: readonly Value[], call: string): Value => {
    const value = values[Math.min(calls.filter((each) => each === call).length, values.length - 1)];
    calls.push(call);
    if (value === undefined) throw new Error('There is nothing to answer.');
    return value;
  };
  const used: DeletionPorts = {
    ask: async () => {
      const answer = turn(answers, 'ask');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    countAwaited: async () => turn(awaited, 'look'),
    pause: async () => void calls.push('pause'),
  };
  return { used, calls };
}

describe('the deletion of a person, carried on', () => {
  it('is asked for once where nothing is left', async () => {
    const { used, calls } = ports([FINISHED]);
    expect(await runDeletion(used)).toEqual({ kind: 'finished' });
    expect(calls).toEqual(['ask']);
  });

  it('waits for instances to go, then asks again', async () => {
    const { used, calls } = ports([PENDING, FINISHED], [2, 1, 0]);
    expect(await runDeletion(used)).toEqual({ kind: 'finished' });
    expect(calls).toEqual(['ask', 'pause', 'look', 'pause', 'look', 'pause', 'look', 'ask']);
  });

  it('goes on at once where one call could not take all', async () => {
    const { used, calls } = ports([TOO_MANY, TOO_MANY, FINISHED]);
    expect(await runDeletion(used)).toEqual({ kind: 'finished' });
    expect(calls).toEqual(['ask', 'ask', 'ask']);
  });

  it('ends by itself where instances don’t go, and says so', async () => {
    const { used, calls } = ports([PENDING], [1]);
    expect(await runDeletion(used)).toEqual({ kind: 'awaiting' });
    expect(calls.filter((call) => call === 'ask')).toHaveLength(ROUNDS_MAX);
    expect(calls.filter((call) => call === 'look')).toHaveLength((ROUNDS_MAX - 1) * LOOKS_A_ROUND_MAX);
  });

  it('throws the first refusal, and tells a later one as an interruption', async () => {
    const refusal = new Error('refused');
    await expect(runDeletion(ports([refusal]).used)).rejects.toBe(refusal);
    expect(await runDeletion(ports([PENDING, refusal]).used)).toEqual({
      kind: 'interrupted',
      error: refusal,
    });
  });
});
