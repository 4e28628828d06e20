const SPAN = 2 ** 32;
const STEP = 0x6d2b79f5;

/**
 * Numbers from 0 to 1 (1 excluded), the same for the same seed everywhere: the mulberry32 generator, whose first
 * number differs between neighbouring seeds already.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + STEP) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / SPAN;
  };
}
