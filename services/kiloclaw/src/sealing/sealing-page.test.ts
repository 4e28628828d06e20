import { describe, expect, it } from 'vitest';
import type { SealingAnswer } from '../instance/instance-rpc.ts';
import { pageOfSealing } from './sealing-page.ts';

const targets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ instanceId: `instance-${index}`, userId: 'alice' }));

function page(count: number, limit: number, ask: (id: string) => Promise<SealingAnswer>) {
  return pageOfSealing(
    {
      currentKeyId: 'k2',
      readPage: async () => targets(count),
      ask: ({ instanceId }) => ask(instanceId),
      codeOf: () => 'overloaded',
    },
    limit,
  );
}

describe('a page of what instances hold sealed', () => {
  it('adds up what they hold, and what was sealed anew', async () => {
    const answer = await page(25, 100, async (id) => ({
      keys: id === 'instance-3' ? { k1: 2 } : { k2: 1 },
      resealed: 1,
    }));
    expect(answer).toEqual({
      currentKeyId: 'k2',
      instances: 25,
      keys: { k1: 2, k2: 24 },
      resealed: 25,
      failed: [],
      nextCursor: null,
    });
  });

  it('goes on behind its last instance where it is full', async () => {
    expect((await page(3, 3, async () => ({ keys: {}, resealed: 0 }))).nextCursor).toBe('instance-2');
  });

  it('names those that fail, and asks the others', async () => {
    const answer = await page(12, 100, async (id) => {
      if (id === 'instance-0') throw new Error('away');
      return { keys: { k2: 1 }, resealed: 0 };
    });
    expect(answer).toMatchObject({
      instances: 11,
      keys: { k2: 11 },
      failed: [{ instanceId: 'instance-0', userId: 'alice', code: 'overloaded' }],
    });
  });

  it('asks ten at once, and no more', async () => {
    let asked = 0;
    let most = 0;
    await page(40, 100, async () => {
      asked += 1;
      most = Math.max(most, asked);
      await new Promise((resolve) => setImmediate(resolve));
      asked -= 1;
      return { keys: {}, resealed: 0 };
    });
    expect(most).toBe(10);
  });
});
