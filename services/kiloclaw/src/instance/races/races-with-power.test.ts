import { describe, expect, it } from 'vitest';
import { RACE_TIMEOUT_MS, titleOf, unexplainedRace } from './testing/check-races.ts';

const CHANGES = ['resize', 'set_override', 'clear_override', 'extend_volume'] as const;
const OTHERS = ['start', 'stop', 'destroy', 'alarm'] as const;
const PAIRS = [
  ...OTHERS.flatMap((other) => CHANGES.map((change) => [change, other] as const)),
  // What the alarm saw must not overwrite what was done while it looked.
  ['start', 'alarm'] as const,
  ['stop', 'alarm'] as const,
];

describe('a change of hardware beside a start, a stop, a destroy or an alarm is as if one had come after the other', () => {
  it.each(PAIRS.map((pair) => [titleOf(pair), pair] as const))(
    '%s',
    async (_title, pair) => expect(await unexplainedRace(pair, 'races-with-power')).toBeNull(),
    RACE_TIMEOUT_MS,
  );
});
