import { afterEach, describe, expect, it, vi } from 'vitest';
import { atFly, clearFaults, holdNext } from '../testing/fly-control.ts';
import {
  change,
  crash,
  debugStatusOf,
  errorOf,
  newTarget,
  operationsOf,
  provisioned,
  send,
  statusOf,
} from '../testing/platform.ts';

const PATIENT = { timeout: 20_000, interval: 50 };

afterEach(clearFaults);

async function stoppedInstance() {
  const target = newTarget();
  await provisioned(target);
  await change('stop', target);
  return target;
}

describe('changes at the same time', () => {
  it('accepts one of two starts, and names it to the other', async () => {
    const target = await stoppedInstance();
    const answers = await Promise.all([send('start', target), send('start', target)]);
    const [, refused] = answers.sort((a, b) => a.status - b.status);
    expect(answers.map(({ status }) => status)).toEqual([200, 409]);
    expect(refused && errorOf(refused).code).toBe('operation_in_progress');
    const started = (await operationsOf(target)).filter(({ operation }) => operation.kind === 'start');
    expect(refused && errorOf(refused).details).toEqual({
      operation: { id: started[0]?.operation.id, kind: 'start' },
    });
    expect(started).toHaveLength(1);
  });

  it('lets a destroy outrank a start', async () => {
    const target = await stoppedInstance();
    const { appName } = (await debugStatusOf(target)).providerState;
    const [start, destroy] = await Promise.all([send('start', target), change('destroy', target)]);
    expect(destroy.operation.status).toBe('succeeded');
    expect(start.status).toBe(409);
    expect((await statusOf(target)).status).toBe('destroyed');
    expect(await atFly(appName)).toEqual({ machines: [], volumes: [] });
  });
});

describe('an Idempotency-Key', () => {
  it('stands for one operation: concurrently, afterwards, and when the object has been restarted', async () => {
    const target = await stoppedInstance();
    const idempotencyKey = crypto.randomUUID();
    const start = () => change('start', target, { idempotencyKey });
    const [first, second] = await Promise.all([start(), start()]);
    expect(second.operation.id).toBe(first.operation.id);
    await crash(target);
    expect((await start()).operation.id).toBe(first.operation.id);
    expect(errorOf(await send('stop', target, { idempotencyKey }))).toMatchObject({
      status: 409,
      code: 'idempotency_key_reused',
    });
    expect((await statusOf(target)).status).toBe('running');
  });

  it('leads a repeated provision without an id to the same instance, and refuses another body', async () => {
    const { userId } = newTarget();
    const idempotencyKey = crypto.randomUUID();
    const [first, second] = await Promise.all([
      send('provision', { userId }, { idempotencyKey }),
      send('provision', { userId }, { idempotencyKey }),
    ]);
    const { instanceId } = first.body as { instanceId: string };
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toMatchObject({ instanceId });
    const other = await send('provision', { userId, name: 'other' }, { idempotencyKey });
    expect(errorOf(other)).toMatchObject({ status: 409, code: 'idempotency_key_reused' });
  });
});

describe('a first provision that is held at the provider', () => {
  it('refuses a start meanwhile', async () => {
    const target = newTarget();
    const held = await holdNext('POST /v1/apps/{app}/machines', 'hold_before');
    await send('provision', target, { waitS: 0 });
    await held.untilHeld();
    expect(errorOf(await send('start', target))).toMatchObject({
      code: 'operation_in_progress',
      details: { operation: { kind: 'provision' } },
    });
    await held.release('proceed');
    await vi.waitFor(async () => expect((await statusOf(target)).status).toBe('running'), PATIENT);
  });
});
