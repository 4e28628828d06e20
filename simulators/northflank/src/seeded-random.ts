const SPAN = 2 ** 32;
// Numerical Recipes' linear congruential generator: good enough to choose calls, and the same everywhere.
const FACTOR = 1_664_525;
const SUMMAND = 1_013_904_223;

/** Numbers from 0 to 1 (1 excluded), the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, FACTOR) + SUMMAND) >>> 0;
    return state / SPAN;
  };
}
