import { describe, expect, it } from 'vitest';
import { unknownSettings } from './unknown-settings.ts';

const known = ['KILOCLAW_ENV', 'KILOCLAW_API_KEYS', 'NF_TEAM_ID', 'FLY_REGION', 'RECONCILE_IDLE_S'];

describe('a variable that nobody reads', () => {
  it.each([
    ['KILOCLAW_API_KEY', 'KILOCLAW_API_KEYS'],
    ['NF_TEAM', 'NF_TEAM_ID'],
    ['FLY_REGIONS', 'FLY_REGION'],
    ['RECONCILE_IDEL_S', 'RECONCILE_IDLE_S'],
  ])('is told with the nearest name: %s', (name, nearest) => {
    expect(unknownSettings([name], known)).toEqual([
      `${name} is no setting and is ignored: ${nearest} is the nearest that is one.`,
    ]);
  });

  it('is told without one where it is ours and nothing is near', () => {
    expect(unknownSettings(['KILOCLAW_COLOUR_OF_THE_SKY'], known)).toEqual([
      'KILOCLAW_COLOUR_OF_THE_SKY is no setting and is ignored: docs/configuration.md has them all.',
    ]);
  });

  it('is not told where it is known, of a test, or of somebody else', () => {
    expect(
      unknownSettings([...known, 'KILOCLAW_TEST_SEED', 'FLY_MACHINE_ID', 'HOME', 'PATH'], known),
    ).toEqual([]);
  });
});
