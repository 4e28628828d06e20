/** Numbers from 0 to 1, the same ones for the same seed (xorshift of 32 bits). */
export function seededRandom(seed: number): () => number {
  // Zero would stay zero; the product spreads small seeds over all bits.
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
