import { describe, expect, it } from 'vitest';
import { RACE_TIMEOUT_MS, titleOf, unexplainedRace, unexplainedThree } from './testing/check-races.ts';

const CHANGES = ['resize', 'set_override', 'clear_override', 'extend_volume'] as const;
const PAIRS = CHANGES.flatMap((first, index) =>
  CHANGES.slice(index).map((second) => [first, second] as const),
);

const THREE = 'three calls at once are as if one had come after the other';

it(THREE, async () => expect(await unexplainedThree('races-of-changes', THREE)).toBeNull(), RACE_TIMEOUT_MS);

describe('two changes of hardware at once are as if one had come after the other', () => {
  it.each(PAIRS.map((pair) => [titleOf(pair), pair] as const))(
    '%s',
    async (_title, pair) => expect(await unexplainedRace(pair, 'races-of-changes')).toBeNull(),
    RACE_TIMEOUT_MS,
  );
});
