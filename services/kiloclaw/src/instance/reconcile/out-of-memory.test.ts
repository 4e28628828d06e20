import { describe, expect, it } from 'vitest';
import { readDebugState } from '../read.ts';
import { accepted, TestInstance } from '../testing/test-instance.ts';

const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;

async function debugOf(test: TestInstance) {
  const view = accepted(await readDebugState(test.instance, test.caller(), { live: false }));
  const { lastOutOfMemoryAt, whyThisSize } = view;
  return { lastOutOfMemoryAt, outOfMemoryAt: whyThisSize.outOfMemoryAt, sentence: whyThisSize.sentence };
}

/** Killed for want of memory by its kernel, and at rest since. */
async function killed(): Promise<{ test: TestInstance; at: string }> {
  const test = await new TestInstance().provisioned();
  const atMs = test.clock.now();
  test.machine.told = { outOfMemoryAtMs: atMs };
  test.machine.state = 'stopped';
  await test.lookTwice();
  return { test, at: new Date(atMs).toISOString() };
}

describe('a machine that was killed for want of memory', () => {
  it('is told of, with the size that was too little, until a larger one is set', async () => {
    const { test, at } = await killed();
    expect(test.state().lastOutOfMemory).toEqual({ at: Date.parse(at), machineSize: SMALL });
    const before = await debugOf(test);
    expect(before).toMatchObject({ lastOutOfMemoryAt: at, outOfMemoryAt: at });
    expect(before.sentence).toContain(`It ran out of memory at ${at}: a bigger size helps.`);
    await test.done(test.change('start'));
    expect((await debugOf(test)).outOfMemoryAt).toBe(at);
    await test.done(test.setOverride('perf-4-16'));
    const lent = await debugOf(test);
    expect(lent).toMatchObject({ lastOutOfMemoryAt: at, outOfMemoryAt: null });
    expect(lent.sentence).not.toContain('memory at');
    await test.done(test.clearOverride());
    expect((await debugOf(test)).outOfMemoryAt).toBe(at);
  });

  it('is told of once for each kill, whatever later looks still show of it, and by no write to the registry', async () => {
    const { test } = await killed();
    const version = test.state().registryVersion;
    const stored = JSON.stringify(test.storedRows().record);
    test.clock.advance(60_000);
    await test.instance.look('thorough');
    expect(JSON.stringify(test.storedRows().record)).toBe(stored);
    test.machine.told = { outOfMemoryAtMs: test.clock.now() };
    await test.instance.look('thorough');
    expect(test.state()).toMatchObject({
      registryVersion: version,
      lastOutOfMemory: { at: test.clock.now() },
    });
  });

  it.each([-1, 1.5, Number.NaN, Date.UTC(2099, 0, 1)])('is not believed at %s', async (outOfMemoryAtMs) => {
    const test = await new TestInstance().provisioned();
    test.machine.told = { outOfMemoryAtMs };
    await test.instance.look('thorough');
    expect([test.state().lastOutOfMemory, test.machine.state]).toEqual([null, 'running']);
  });

  it('is no word of its customer’s', async () => {
    const { test } = await killed();
    expect(JSON.stringify(test.status())).not.toMatch(/out.?of.?memory/i);
  });
});
