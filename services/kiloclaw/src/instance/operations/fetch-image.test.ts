import { describe, expect, it } from 'vitest';
import { TestInstance } from '../testing/test-instance.ts';
import { operationAnswer } from '../views/views.ts';

describe('an image that its host lacks', () => {
  it('is told of as far as it is, and the machine is stopped only when it is there', async () => {
    const test = await new TestInstance().provisioned();
    test.world.imageReadiness.push({ ready: false, percent: 0 }, { ready: false, percent: 40 });
    const answer = test.change('restart');
    await test.quiet();
    const told: (number | undefined)[] = [];
    for (let look = 0; look < 2; look += 1) {
      const { operation } = operationAnswer(test.newestOperation());
      told.push(operation.steps.find(({ name }) => name === 'fetch_image')?.progressPercent);
      expect(test.machine.state).toBe('running');
      expect(test.world.countOf('stopMachine')).toBe(0);
      await test.runAlarm();
    }
    expect(told).toEqual([0, 40]);
    const ended = await test.done(answer);
    expect(ended.status).toBe('succeeded');
    expect(JSON.stringify(operationAnswer(ended))).not.toContain('progressPercent');
    expect(test.world.countOf('stopMachine')).toBe(1);
  });

  it('keeps nothing waiting that starts no machine, nor one that runs', async () => {
    const test = new TestInstance();
    test.world.imageReadiness.push({ ready: false, percent: 0 });
    await test.done(test.provision({ start: false }));
    expect((await test.done(test.change('stop'))).status).toBe('succeeded');
    expect(test.world.imageReadiness).toHaveLength(1);
    expect((await test.done(test.change('start'))).status).toBe('succeeded');
    expect(test.world.imageReadiness).toHaveLength(0);
    test.world.imageReadiness.push({ ready: false, percent: 0 });
    expect((await test.done(test.change('start'))).status).toBe('succeeded');
    expect(test.world.imageReadiness).toHaveLength(1);
  });
});
