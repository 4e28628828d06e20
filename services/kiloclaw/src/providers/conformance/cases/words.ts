/** Words that no adapter can know: they are told as unknown, and believed of nothing. */
import assert from 'node:assert/strict';
import type { Case } from '../case.ts';

const strangeState: Case = {
  name: 'a state that is not in the adapter’s vocabulary is unknown, and the rest is told all the same',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.strangeState !== null,
  async run(stage) {
    const life = await stage.provisioned();
    const { size } = await life.until('running');
    const end = await stage.bench.tricks.strangeState?.(life);
    const seen = await life.observe();
    end?.();
    assert.equal(seen?.state, 'unknown');
    assert.deepEqual(seen?.size, size);
  },
};

const strangeSize: Case = {
  name: 'a size that does not parse is told as null, and the state all the same',
  group: 'plain',
  appliesTo: ({ bench }) => bench.tricks.strangeSize !== null,
  async run(stage) {
    const life = await stage.provisioned();
    await life.until('running');
    const end = await stage.bench.tricks.strangeSize?.(life);
    const seen = await life.observe();
    end?.();
    assert.equal(seen?.size, null);
    assert.equal(seen?.state, 'running');
  },
};

export const WORDS_CASES: readonly Case[] = [strangeState, strangeSize];
