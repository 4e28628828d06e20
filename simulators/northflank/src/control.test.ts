import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROUTES } from './routes.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { field, Harness, text } from './testing/harness.ts';
import { INSTANT } from './testing/test-simulator.ts';

const PROJECT = 'watched';
const SERVICE = `/projects/${PROJECT}/services/app`;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.project(PROJECT);
});

afterEach(() => harness.stop());

async function everything(): Promise<void> {
  await harness.volume(PROJECT, 'data');
  await harness.service(PROJECT, 'app', { createOptions: { volumesToAttach: ['data'] } });
}

describe('log and counters', () => {
  it('list every call in order, with route, status and whether it may change anything', async () => {
    await harness.control('POST', '/counters/reset');
    await harness.api('GET', `/projects/${PROJECT}?token=in-the-query`);
    await harness.volume(PROJECT, 'data');
    await harness.api('GET', '/teams/sandbox-team/projects/absent');
    await harness.api('GET', '/nowhere');
    const { body } = await harness.control('GET', '/calls');
    const project = { route: 'GET /v1/projects/{project}', method: 'GET', mutating: false };
    const create = 'POST /v1/projects/{project}/volumes';
    expect(field(body, 'calls')).toMatchObject([
      { ...project, path: `/v1/projects/${PROJECT}`, status: 200 },
      { route: create, path: `/v1/projects/${PROJECT}/volumes`, status: 200, mutating: true },
      { ...project, path: '/v1/teams/sandbox-team/projects/absent', status: 404 },
      { route: null, method: 'GET', path: '/v1/nowhere', status: 404 },
    ]);
    expect((await harness.control('GET', '/counters')).body).toEqual({ [project.route]: 2, [create]: 1 });
  });

  it('know every route, reads apart from writes', async () => {
    const routes = field((await harness.control('GET', '/routes')).body, 'routes');
    expect(routes).toHaveLength(ROUTES.length);
    expect(routes).toContainEqual({ route: 'POST /v1/projects/{project}/volumes', mutating: true });
    expect(routes).toContainEqual({ route: 'GET /v1/projects', mutating: false });
  });
});

describe('settings', () => {
  it('change in part, at once', async () => {
    const changed = { ...DEFAULT_SETTINGS, ...INSTANT, pendingMs: 5 };
    expect((await harness.control('POST', '/settings', { pendingMs: 5 })).body).toEqual(changed);
    expect((await harness.control('GET', '/settings')).body).toEqual(changed);
  });

  it.each([
    [{ pendingMs: -1 }, 'pendingMs'],
    [{ pendingMs: 86_400_001 }, 'pendingMs'],
    [{ rollouts: 'sideways' }, 'rollouts'],
    [{ capacity: { 'us-east1': { vcpu: -1, ramMb: 0 } } }, 'capacity.us-east1.vcpu'],
    [{ warpSpeed: 9 }, 'warpSpeed'],
  ])('refuse %j', async (patch, words) => {
    const answer = await harness.control('POST', '/settings', patch);
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain(words);
  });
});

describe('changes of a service behind the client', () => {
  const change = (body: object) => harness.control('POST', `/services/${PROJECT}/app`, body);

  beforeEach(everything);

  it('set a plan that nobody sells, and instances, without a rollout', async () => {
    const before = text(await harness.read(SERVICE), 'status.deployment.lastTransitionTime');
    await change({ plan: 'nf-compute-7', instances: 3 });
    expect(await harness.read(SERVICE)).toMatchObject({
      billing: { deploymentPlan: 'nf-compute-7' },
      deployment: { instances: 3 },
      status: { deployment: { status: 'COMPLETED', lastTransitionTime: before } },
    });
  });

  it('set a status that nobody knows, and end the running rollout', async () => {
    await harness.control('POST', '/settings', { startingMs: 1000 });
    await harness.api('POST', `${SERVICE}/restart`);
    await change({ status: 'MELTED' });
    harness.clock.move(10_000);
    expect(await harness.statusOf(PROJECT, 'app')).toBe('MELTED');
  });

  it('pause it, name its containers anew, and write other words on it', async () => {
    await change({
      paused: true,
      containerStatus: 'TASK_HAUNTED',
      description: 'of somebody else',
      tags: ['x'],
    });
    expect(await harness.read(SERVICE)).toMatchObject({
      servicePaused: true,
      description: 'of somebody else',
      tags: ['x'],
    });
    expect(await harness.containersOf(PROJECT, 'app')).toEqual(['TASK_HAUNTED']);
  });

  it('delete it and free its volume at once', async () => {
    await change({ delete: true });
    expect(await harness.read(SERVICE)).toBeNull();
    expect(field(await harness.read(`/projects/${PROJECT}/volumes/data`), 'attachedObjects')).toEqual([]);
  });
});

describe('changes of a volume behind the client', () => {
  const path = `/projects/${PROJECT}/volumes/data`;
  const change = (body: object) => harness.control('POST', `/volumes/${PROJECT}/data`, body);

  beforeEach(everything);

  it('shrink it, and set a status that nobody knows', async () => {
    await change({ storageSize: 1, status: 'LOST', tags: ['x'] });
    expect(await harness.read(path)).toMatchObject({ spec: { storageSize: 1 }, status: 'LOST', tags: ['x'] });
  });

  it('take it off its service, and delete it while it is attached', async () => {
    await change({ attachedServiceIds: ['somebody'] });
    expect(field(await harness.read(path), 'attachedObjects')).toEqual([{ id: 'somebody', type: 'service' }]);
    await change({ delete: true });
    expect(await harness.read(path)).toBeNull();
  });
});

describe('the control port', () => {
  it.each([
    ['/services/watched/absent', { status: 'FAILED' }, 404],
    ['/services/absent/app', { status: 'FAILED' }, 404],
    ['/volumes/watched/absent', { storageSize: 1 }, 404],
    ['/services/watched/app', {}, 400],
    ['/services/watched/app', { delete: false }, 400],
    ['/volumes/watched/data', { size_gb: 1 }, 400],
    ['/nowhere', {}, 404],
  ])('answers POST %s %j with %i', async (path, change, status) => {
    expect((await harness.control('POST', path, change)).status).toBe(status);
  });

  it('dumps everything, with what the wire leaves out', async () => {
    await everything();
    const { body } = await harness.control('GET', '/state');
    expect(body).toMatchObject({
      projects: [{ id: PROJECT, region: 'europe-west' }],
      services: [
        {
          projectId: PROJECT,
          id: 'app',
          runtimeEnvironment: {},
          containers: [{ plan: 'nf-compute-100-4', status: 'TASK_RUNNING' }],
        },
      ],
      volumes: [{ projectId: PROJECT, id: 'data', mounts: [{ containerMountPath: '/data' }] }],
      secrets: [],
    });
  });

  it('wipes everything, on disk too', async () => {
    await everything();
    await harness.control('POST', '/settings', { pendingMs: 5, rateLimitPerWindow: 3 });
    await harness.control('POST', '/faults', { route: 'GET /v1/projects', kind: 'lose_answer' });
    await harness.control('POST', '/reset');
    for (const look of ['first', 'after a restart']) {
      const { body } = await harness.control('GET', '/state');
      expect([look, body]).toEqual([look, { projects: [], services: [], volumes: [], secrets: [] }]);
      expect((await harness.control('GET', '/faults')).body).toEqual({ faults: [] });
      expect((await harness.control('GET', '/calls')).body).toEqual({ calls: [] });
      expect(field((await harness.control('GET', '/settings')).body, 'pendingMs')).toBe(0);
      await harness.restart();
    }
  });
});
