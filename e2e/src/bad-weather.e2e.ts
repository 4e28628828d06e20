import { afterAll, beforeAll, expect, it } from 'vitest';
import { crashControlPlane, failNextFlyCall, pauseControlPlane, pausePostgres } from './bad-weather.ts';
import { type RunningStack, startStack } from './stack.ts';

const HANGS_MS = 2_000;
const BACK_TIMEOUT_MS = 20_000;

let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

/** The status of an answer; null where none comes in time. */
const statusOf = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(HANGS_MS) }).then(
    ({ status }) => status,
    () => null,
  );

const healthOf = ({ apiUrl, webUrl }: RunningStack) =>
  Promise.all([statusOf(`${apiUrl}/healthz`), statusOf(`${webUrl}/healthz`)]);

it('takes the control plane away and leaves the web, and gives it back', async () => {
  expect(await healthOf(stack)).toEqual([200, 200]);
  const outage = await pauseControlPlane(stack);
  expect(await healthOf(stack)).toEqual([null, 200]);
  await outage.end();
  await expect.poll(() => healthOf(stack), { timeout: BACK_TIMEOUT_MS }).toEqual([200, 200]);
});

it('lets the control plane die, and its launcher brings it back', async () => {
  await crashControlPlane(stack);
  await expect.poll(() => stack.process.output, { timeout: BACK_TIMEOUT_MS }).toContain('ended by itself');
  await expect.poll(() => healthOf(stack), { timeout: BACK_TIMEOUT_MS }).toEqual([200, 200]);
});

it('takes Postgres away from both, and gives it back', async () => {
  const readiness = () => statusOf(`${stack.apiUrl}/readyz`);
  expect(await readiness()).toBe(200);
  const outage = await pausePostgres(stack);
  expect(await readiness()).not.toBe(200);
  expect(await healthOf(stack)).toEqual([200, 200]);
  await outage.end();
  await expect.poll(readiness, { timeout: BACK_TIMEOUT_MS }).toBe(200);
});

it('lets the provider fail one call, which the operation survives', async () => {
  const instanceId = stack.demo.get('alice') ?? '';
  const target = { userId: 'alice', instanceId };
  await failNextFlyCall(stack, 'POST /v1/apps/{app}/machines/{machine}/stop');
  const { body } = await stack.client.call('stop', target, { waitS: 60 });
  expect(body.operation.status).toBe('succeeded');
  const [fault] = await stack.fly.faults();
  expect(fault?.fired).toBe(1);
});
