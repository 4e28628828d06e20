import { describe, it } from 'vitest';
import { checkRaces, checkThree, RACE_TIMEOUT_MS, titleOf } from './testing/check-races.ts';

const CHANGES = ['resize', 'set_override', 'clear_override', 'extend_volume'] as const;
const PAIRS = CHANGES.flatMap((first, index) =>
  CHANGES.slice(index).map((second) => [first, second] as const),
);

const THREE = 'three calls at once are as if one had come after the other';

it(THREE, () => checkThree('races-of-changes', THREE), RACE_TIMEOUT_MS);

describe('two changes of hardware at once are as if one had come after the other', () => {
  it.each(PAIRS.map((pair) => [titleOf(pair), pair] as const))(
    '%s',
    (_title, pair) => checkRaces(pair, 'races-of-changes'),
    RACE_TIMEOUT_MS,
  );
});
