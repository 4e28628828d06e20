import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { field, Harness, text } from './testing/harness.ts';
import { INSTANT } from './testing/test-simulator.ts';

const PROJECT = 'rolling';
const SERVICE = `/projects/${PROJECT}/services/app`;
const PATCH = `/projects/${PROJECT}/services/deployment/app`;
const LARGER = { billing: { deploymentPlan: 'nf-compute-400' } };
const { statusLingerMs, pendingMs, stagingMs, startingMs, terminateMs, endedContainerMs } = DEFAULT_SETTINGS;
const WHOLE_ROLLOUT_MS = 60_000;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start({ ...INSTANT, ...DEFAULT_SETTINGS });
  await harness.project(PROJECT);
});

afterEach(() => harness.stop());

const status = () => harness.statusOf(PROJECT, 'app');
const containers = () => harness.containersOf(PROJECT, 'app');
const since = async () => text(await harness.read(SERVICE), 'status.deployment.lastTransitionTime');

async function settle(): Promise<void> {
  harness.clock.move(WHOLE_ROLLOUT_MS);
  await harness.read(SERVICE);
  harness.clock.move(WHOLE_ROLLOUT_MS);
}

async function running(request: object = {}): Promise<void> {
  await harness.service(PROJECT, 'app', request);
  await settle();
  expect([await status(), await containers()]).toEqual(['COMPLETED', ['TASK_RUNNING']]);
}

async function runningOnVolume(spec: object = {}): Promise<void> {
  await harness.volume(PROJECT, 'data', spec);
  await running({ createOptions: { volumesToAttach: ['data'] } });
}

describe('a first rollout', () => {
  it('is PENDING at once, then IN_PROGRESS with one container, then COMPLETED', async () => {
    const created = await harness.service(PROJECT, 'app');
    expect(text(created, 'status.deployment.status')).toBe('PENDING');
    expect([await status(), await containers()]).toEqual(['PENDING', []]);
    harness.clock.move(pendingMs);
    expect([await status(), await containers()]).toEqual(['IN_PROGRESS', ['TASK_STAGING']]);
    harness.clock.move(stagingMs);
    expect([await status(), await containers()]).toEqual(['IN_PROGRESS', ['TASK_STARTING']]);
    harness.clock.move(startingMs - 1);
    expect(await status()).toBe('IN_PROGRESS');
    harness.clock.move(1);
    expect([await status(), await containers()]).toEqual(['COMPLETED', ['TASK_RUNNING']]);
  });

  it('has nothing to do at no instances, and is COMPLETED', async () => {
    await harness.service(PROJECT, 'app', {
      deployment: { instances: 0, external: { imagePath: 'app:1' } },
    });
    expect([await status(), await containers()]).toEqual(['COMPLETED', []]);
  });
});

describe('a change of plan', () => {
  it('answers the new plan at once, with the status and its time from before, which linger', async () => {
    await running();
    const before = await since();
    const answer = await harness.api('PATCH', PATCH, LARGER);
    expect(answer.status).toBe(200);
    expect(text(answer.body, 'data.billing.deploymentPlan')).toBe('nf-compute-400');
    expect(text(answer.body, 'data.status.deployment.status')).toBe('COMPLETED');
    harness.clock.move(statusLingerMs - 1);
    expect([await status(), await since()]).toEqual(['COMPLETED', before]);
    harness.clock.move(1);
    expect(await status()).toBe('PENDING');
    await settle();
    expect(await status()).toBe('COMPLETED');
    expect(Date.parse(await since())).toBeGreaterThan(Date.parse(before));
  });

  it('ends the old container before the new one starts, on a ReadWriteOnce volume', async () => {
    await runningOnVolume();
    await harness.api('PATCH', PATCH, LARGER);
    harness.clock.move(statusLingerMs);
    expect(await containers()).toEqual(['TASK_KILLING']);
    harness.clock.move(Math.max(pendingMs, terminateMs) - 1);
    expect([await status(), await containers()]).toEqual(['PENDING', ['TASK_KILLING']]);
    harness.clock.move(1);
    expect([await status(), await containers()]).toEqual(['IN_PROGRESS', ['TASK_KILLED', 'TASK_STAGING']]);
    harness.clock.move(stagingMs + startingMs);
    expect([await status(), await containers()]).toEqual(['COMPLETED', ['TASK_KILLED', 'TASK_RUNNING']]);
    harness.clock.move(endedContainerMs);
    expect(await containers()).toEqual(['TASK_RUNNING']);
  });

  it('overlaps the containers on a ReadWriteMany volume', async () => {
    await runningOnVolume({ accessMode: 'ReadWriteMany' });
    await harness.api('PATCH', PATCH, LARGER);
    harness.clock.move(statusLingerMs + pendingMs);
    await harness.read(SERVICE);
    expect(await containers()).toEqual(['TASK_RUNNING', 'TASK_STAGING']);
    harness.clock.move(stagingMs + startingMs);
    expect(await containers()).toEqual(['TASK_KILLING', 'TASK_RUNNING']);
  });

  it('moves the time of the transition on although no delay and no clock does', async () => {
    await harness.control('POST', '/settings', INSTANT);
    await harness.service(PROJECT, 'app');
    const before = await since();
    await harness.api('PATCH', PATCH, LARGER);
    expect(await status()).toBe('COMPLETED');
    expect(Date.parse(await since())).toBeGreaterThan(Date.parse(before));
  });

  it('rolls nothing where nothing of the workload differs', async () => {
    await running();
    const before = await since();
    const same = { billing: { deploymentPlan: 'nf-compute-100-4' }, description: 'the same' };
    expect((await harness.api('PATCH', PATCH, same)).status).toBe(200);
    await settle();
    expect(await since()).toBe(before);
    expect(field(await harness.read(SERVICE), 'description')).toBe('the same');
  });

  it('takes the plan of a service that is down and starts nothing', async () => {
    await running();
    await harness.api('POST', `${SERVICE}/pause`);
    await settle();
    expect((await harness.api('PATCH', PATCH, LARGER)).status).toBe(200);
    await settle();
    expect(await containers()).toEqual([]);
    expect(text(await harness.read(SERVICE), 'billing.deploymentPlan')).toBe('nf-compute-400');
  });
});

describe('a rollout that does not go as it should', () => {
  it('FAILED: the old container is gone on a ReadWriteOnce volume, the new one has failed', async () => {
    await runningOnVolume();
    await harness.control('POST', '/settings', { rollouts: 'fail' });
    await harness.api('PATCH', PATCH, LARGER);
    harness.clock.move(statusLingerMs + terminateMs);
    await harness.read(SERVICE);
    harness.clock.move(stagingMs + startingMs);
    expect([await status(), await containers()]).toEqual(['FAILED', ['TASK_KILLED', 'TASK_FAILED']]);
  });

  it('FAILED: the old container goes on where it need not end first', async () => {
    await running();
    await harness.control('POST', '/settings', { rollouts: 'fail' });
    await harness.api('PATCH', PATCH, LARGER);
    await settle();
    expect([await status(), await containers()]).toEqual(['FAILED', ['TASK_RUNNING']]);
  });

  it('stays PENDING for ever, and goes on when the settings let it', async () => {
    await runningOnVolume();
    await harness.control('POST', '/settings', { rollouts: 'stuck' });
    await harness.api('PATCH', PATCH, LARGER);
    harness.clock.move(24 * 60 * 60 * 1000);
    expect([await status(), await containers()]).toEqual(['PENDING', []]);
    await harness.control('POST', '/settings', { rollouts: 'complete' });
    await settle();
    expect([await status(), await containers()]).toEqual(['COMPLETED', ['TASK_RUNNING']]);
  });

  it('is superseded by a second change: one container of the last plan is left', async () => {
    await running();
    await harness.api('PATCH', PATCH, LARGER);
    harness.clock.move(statusLingerMs + pendingMs + stagingMs);
    expect(await status()).toBe('IN_PROGRESS');
    await harness.api('PATCH', PATCH, { billing: { deploymentPlan: 'nf-compute-200' } });
    await settle();
    const { body } = await harness.control('GET', '/state');
    expect(field(body, 'services.0.containers')).toMatchObject([
      { plan: 'nf-compute-200', status: 'TASK_RUNNING' },
    ]);
    expect(await status()).toBe('COMPLETED');
  });

  it('refuses a second change where the settings say so, and has not taken any of it', async () => {
    await running();
    await harness.control('POST', '/settings', { changeDuringRollout: 'refuse' });
    await harness.api('PATCH', PATCH, LARGER);
    const second = await harness.api('PATCH', PATCH, { billing: { deploymentPlan: 'nf-compute-200' } });
    expect(second.status).toBe(409);
    expect(text(await harness.read(SERVICE), 'billing.deploymentPlan')).toBe('nf-compute-400');
  });
});

describe('other occasions', () => {
  it('a restart replaces the container', async () => {
    await runningOnVolume();
    const before = await harness.read(`${SERVICE}/containers`);
    expect((await harness.api('POST', `${SERVICE}/restart`)).status).toBe(200);
    await settle();
    const after = await harness.read(`${SERVICE}/containers`);
    expect(await containers()).toEqual(['TASK_RUNNING']);
    expect(text(after, 'containers.0.name')).not.toBe(text(before, 'containers.0.name'));
  });

  it('more instances start beside those that run, and fewer end the surplus', async () => {
    await running();
    const first = text(await harness.read(`${SERVICE}/containers`), 'containers.0.name');
    await harness.api('PATCH', PATCH, { deployment: { instances: 2 } });
    await settle();
    expect(await containers()).toEqual(['TASK_RUNNING', 'TASK_RUNNING']);
    expect(JSON.stringify(await harness.read(`${SERVICE}/containers`))).toContain(first);
    await harness.api('PATCH', PATCH, { deployment: { instances: 1 } });
    await settle();
    expect(await containers()).toEqual(['TASK_RUNNING']);
    expect(text(await harness.read(SERVICE), 'status.deployment.reason')).toBe('SCALING');
  });

  it('a crash leaves the failed container listed for a while, beside its successor', async () => {
    await running();
    await harness.control('POST', `/services/${PROJECT}/app`, { crash: true });
    expect(await containers()).toEqual(['TASK_FAILED', 'TASK_RUNNING']);
    harness.clock.move(endedContainerMs);
    expect(await containers()).toEqual(['TASK_RUNNING']);
  });
});
