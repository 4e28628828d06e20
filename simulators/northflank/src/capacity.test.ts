import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Harness, text } from './testing/harness.ts';

// A region with room for one container of 4 vCPU and one of 1.
const CAPACITY = { 'europe-west': { vcpu: 5, ramMb: 16_384 } };
const LARGE = { billing: { deploymentPlan: 'nf-compute-400' } };
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.control('POST', '/settings', { capacity: CAPACITY });
  for (const project of ['one', 'two']) await harness.project(project);
  await harness.service('one', 'app', LARGE);
});

afterEach(() => harness.stop());

const settings = (patch: object) => harness.control('POST', '/settings', patch);
const state = async (project: string) => [
  await harness.statusOf(project, 'app'),
  await harness.containersOf(project, 'app'),
];

async function smallOnVolume(project: string): Promise<void> {
  await harness.volume(project, 'data');
  await harness.service(project, 'app', { createOptions: { volumesToAttach: ['data'] } });
}

const enlarge = (project: string) =>
  harness.api('PATCH', `/projects/${project}/services/deployment/app`, LARGE);

describe('a region without room', () => {
  it('takes what fits', async () => {
    await smallOnVolume('two');
    expect(await state('two')).toEqual(['COMPLETED', ['TASK_RUNNING']]);
  });

  it('leaves a larger plan pending, the old container gone, until another makes room', async () => {
    await smallOnVolume('two');
    expect((await enlarge('two')).status).toBe(200);
    expect(await state('two')).toEqual(['PENDING', []]);
    harness.clock.move(24 * 60 * 60 * 1000);
    expect(await state('two')).toEqual(['PENDING', []]);
    await harness.api('POST', '/projects/one/services/app/pause');
    expect(await state('two')).toEqual(['COMPLETED', ['TASK_RUNNING']]);
  });

  it('counts a container that is ending until it has ended', async () => {
    await settings({ terminateMs: 1000 });
    await harness.api('POST', '/projects/one/services/app/pause');
    await harness.service('two', 'app', LARGE);
    expect(await state('two')).toEqual(['PENDING', []]);
    harness.clock.move(999);
    expect(await state('two')).toEqual(['PENDING', []]);
    harness.clock.move(1);
    expect(await state('two')).toEqual(['COMPLETED', ['TASK_RUNNING']]);
  });

  it('fails the rollout where the settings say so', async () => {
    await settings({ withoutRoom: 'fail' });
    await smallOnVolume('two');
    await enlarge('two');
    expect(await state('two')).toEqual(['FAILED', []]);
  });

  it('refuses the call where the settings say so, and nothing has changed', async () => {
    await settings({ withoutRoom: 'refuse' });
    await smallOnVolume('two');
    const answer = await enlarge('two');
    expect([answer.status, text(answer.body, 'error.message')]).toEqual([
      422,
      'There is not enough capacity for nf-compute-400 in europe-west.',
    ]);
    expect(await state('two')).toEqual(['COMPLETED', ['TASK_RUNNING']]);
    await harness.api('POST', '/projects/one/services/app/pause');
    expect((await enlarge('two')).status).toBe(200);
  });

  it('counts the container that is replaced as room where it ends first, and not where both overlap', async () => {
    await settings({ withoutRoom: 'refuse', capacity: { 'europe-west': { vcpu: 4, ramMb: 8192 } } });
    expect((await harness.api('POST', '/projects/one/services/app/pause')).status).toBe(200);
    await smallOnVolume('two');
    expect((await enlarge('two')).status).toBe(200);
    await harness.api('DELETE', '/projects/two?delete_child_objects=true');
    await harness.service('one', 'without-volume');
    const path = '/projects/one/services/deployment/without-volume';
    expect((await harness.api('PATCH', path, LARGE)).status).toBe(422);
  });

  it('has no end in other regions', async () => {
    await harness.api('POST', '/projects', { name: 'far', region: 'us-east1' });
    await harness.service('far', 'app', { billing: { deploymentPlan: 'nf-compute-2000-40' } });
    expect(await state('far')).toEqual(['COMPLETED', ['TASK_RUNNING']]);
  });
});
