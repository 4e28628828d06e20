import { ApiClient, ApiClientInMemoryContextProvider } from '@northflank/js-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FactsJudge } from './testing/facts.ts';
import { field, Harness, PATIENT, serviceBody, TOKEN } from './testing/harness.ts';

// The vendor's own client, unchanged: what it sends is understood, and what it reads is there.

const PROJECT = { projectId: 'a-customer' };
const VOLUME = { ...PROJECT, volumeId: 'data' };
const SERVICE = { ...PROJECT, serviceId: 'app' };
const MANY_VOLUMES = 120;
let harness: Harness;
let client: ApiClient;

function clientOf(host: string, token: string, throwErrorOnHttpErrorCode = false): ApiClient {
  const contexts = new ApiClientInMemoryContextProvider();
  contexts.addContext({ name: 'simulator', token, host });
  return new ApiClient(contexts, { throwErrorOnHttpErrorCode });
}

beforeEach(async () => {
  harness = await Harness.start();
  client = clientOf(harness.simulator.url, TOKEN);
});

afterEach(() => harness.stop());

const volumeData = (name: string) => ({
  name,
  mounts: [{ containerMountPath: '/data' }],
  spec: { accessMode: 'ReadWriteOnce' as const, storageSize: 10_240 },
});

async function createProject(): Promise<void> {
  const created = await client.create.project({ data: { name: 'A Customer', region: 'europe-west' } });
  expect(created.error).toBeUndefined();
  expect(created.data.id).toBe('a-customer');
}

async function createAll(): Promise<void> {
  await createProject();
  await client.create.volume({ parameters: PROJECT, data: volumeData('data') });
  const created = await client.create.service.deployment({
    parameters: PROJECT,
    data: {
      name: 'app',
      billing: { deploymentPlan: 'nf-compute-100-4' },
      deployment: { instances: 1, external: { imagePath: 'registry.example.com/team/app:v1' } },
      ports: [{ name: 'p01', internalPort: 8080, public: true, protocol: 'HTTP' }],
      runtimeEnvironment: { PORT: '8080' },
      createOptions: { volumesToAttach: ['data'] },
    },
  });
  expect(created.error).toBeUndefined();
}

const getService = async () => (await client.get.service({ parameters: SERVICE })).data;
const statusOf = async () => (await getService()).status.deployment?.status;

async function containerStatuses(): Promise<string[]> {
  const { data } = await client.get.service.containers({ parameters: SERVICE });
  return (data.containers ?? []).map(({ status }) => status);
}

describe('the published client', () => {
  it('reads plans and regions without a token', async () => {
    const stranger = clientOf(harness.simulator.url, 'of-nobody');
    const { data } = await stranger.list.plans({});
    expect(data.plans.find(({ id }) => id === 'nf-compute-400')).toMatchObject({
      cpuResource: 4,
      ramResource: 8192,
    });
    const regions = await stranger.list.regions({});
    expect(regions.data.regions.map(({ id }) => id)).toContain('europe-west');
  });

  it('makes a service on a volume, changes its plan and grows the volume', async () => {
    await createAll();
    expect(await statusOf()).toBe('COMPLETED');
    expect(await containerStatuses()).toEqual(['TASK_RUNNING']);
    const before = (await getService()).status.deployment?.lastTransitionTime ?? '';
    await client.update.volume({ parameters: VOLUME, data: { spec: { storageSize: 20_480 } } });
    const patched = await client.patch.service.deployment({
      parameters: SERVICE,
      data: { billing: { deploymentPlan: 'nf-compute-400' } },
    });
    expect(field(patched.data, 'billing.deploymentPlan')).toBe('nf-compute-400');
    const after = (await getService()).status.deployment;
    expect(after?.status).toBe('COMPLETED');
    expect(Date.parse(after?.lastTransitionTime ?? '')).toBeGreaterThan(Date.parse(before));
    const volume = (await client.get.volume({ parameters: VOLUME })).data;
    expect(volume).toMatchObject({
      status: 'BOUND',
      spec: { accessMode: 'ReadWriteOnce', storageSize: 20_480 },
      attachedObjects: [{ id: 'app', type: 'service' }],
    });
  });

  it('pauses, resumes and restarts', async () => {
    await createAll();
    await client.pause.service({ parameters: SERVICE });
    expect((await getService()).servicePaused).toBe(true);
    expect(await containerStatuses()).toEqual([]);
    expect((await client.resume.service({ parameters: SERVICE, data: {} })).error).toBeUndefined();
    expect((await getService()).servicePaused).toBe(false);
    expect(await containerStatuses()).toEqual(['TASK_RUNNING']);
    const again = await client.resume.service({ parameters: SERVICE, data: {} });
    expect(again.error?.status).toBe(409);
    expect((await client.restart.service({ parameters: SERVICE })).error).toBeUndefined();
    expect(
      (await client.scale.service({ parameters: SERVICE, data: { instances: 0 } })).error,
    ).toBeUndefined();
    expect(await containerStatuses()).toEqual([]);
  });

  it('detaches and attaches a volume, and takes everything down in order', async () => {
    await createAll();
    const nfObject = { id: 'app', type: 'service' as const };
    expect((await client.delete.volume({ parameters: VOLUME })).error?.status).toBe(409);
    await client.detach.volume({ parameters: VOLUME, data: { nfObject } });
    await client.attach.volume({ parameters: VOLUME, data: { nfObject } });
    expect((await client.delete.project({ parameters: PROJECT })).error?.status).toBe(409);
    await client.delete.service({ parameters: SERVICE, options: { delete_child_objects: false } });
    expect((await client.get.service({ parameters: SERVICE })).error?.status).toBe(404);
    await client.delete.volume({ parameters: VOLUME });
    expect((await client.delete.project({ parameters: PROJECT })).error).toBeUndefined();
    expect((await client.list.projects({})).data.projects).toEqual([]);
  });

  it('takes the volumes along with their service where it is told to', async () => {
    await createAll();
    await client.delete.service({ parameters: SERVICE, options: { delete_child_objects: true } });
    expect((await client.get.volume({ parameters: VOLUME })).error?.status).toBe(404);
  });

  it('walks through the pages of a list, and reads all of it', async () => {
    await createProject();
    for (let made = 0; made < MANY_VOLUMES; made += 1) await harness.volume('a-customer', `v${made}-data`);
    const options = { per_page: 50 };
    const first = await client.list.volumes({ parameters: PROJECT, options });
    expect([first.data.length, first.pagination?.hasNextPage]).toEqual([50, true]);
    const second = await first.pagination?.getNextPage();
    const third = await second?.pagination?.getNextPage();
    expect([third?.data.length, third?.pagination?.hasNextPage]).toEqual([20, false]);
    const ids = [first, second, third].flatMap((page) => page?.data.map(({ id }) => id) ?? []);
    expect(new Set(ids).size).toBe(MANY_VOLUMES);
    const all = await client.list.volumes.all({ parameters: PROJECT });
    expect(all.data).toHaveLength(MANY_VOLUMES);
    await harness.service('a-customer', 'app', serviceBody('app'));
    expect((await client.list.services.all({ parameters: PROJECT })).data.services).toHaveLength(1);
  });

  it('goes through a team as well', async () => {
    await createProject();
    const parameters = { teamId: 'sandbox-team', projectId: 'a-customer' };
    expect((await client.get.project({ parameters })).data.name).toBe('A Customer');
    const elsewhere = await client.get.project({ parameters: { ...parameters, teamId: 'other-team' } });
    expect(elsewhere.error?.status).toBe(404);
  });

  it('writes secret groups and reads them', async () => {
    await createProject();
    const data = {
      name: 'app secrets',
      secretType: 'environment' as const,
      priority: 10,
      secrets: { variables: { TOKEN: 'kept' } },
    };
    expect((await client.create.secret({ parameters: PROJECT, data })).error).toBeUndefined();
    const parameters = { ...PROJECT, secretId: 'app-secrets' };
    await client.patch.secret({ parameters, data: { secrets: { variables: { TOKEN: 'changed' } } } });
    const details = await client.get.secretDetails({ parameters });
    expect(details.data.secrets).toEqual({ variables: { TOKEN: 'changed' } });
  });
});

describe('what the published client sends', () => {
  it('is what the facts have, so that the judge is no stricter than the vendor', async () => {
    await createProject();
    const { create, update, attach, get, list, patch, pause, resume, scale } = client;
    const parameters = PROJECT;
    const nfObject = { id: 'app', type: 'service' as const };
    const deployment = { instances: 1, external: { imagePath: 'nginx:latest' } };
    const billing = { deploymentPlan: 'nf-compute-200' };
    const answers = [
      await create.volume({ parameters, data: volumeData('data') }),
      await create.service.deployment({ parameters, data: { name: 'app', billing, deployment } }),
      await attach.volume({ parameters: VOLUME, data: { nfObject } }),
      await update.volume({ parameters: VOLUME, data: { spec: { storageSize: 20_480 } } }),
      await patch.service.deployment({
        parameters: SERVICE,
        data: { billing, deployment: { instances: 0 } },
      }),
      await scale.service({ parameters: SERVICE, data: { instances: 1 } }),
      await pause.service({ parameters: SERVICE }),
      await resume.service({ parameters: SERVICE, data: { instances: 1 } }),
      await get.service.containers({ parameters: SERVICE }),
      await list.services({ parameters, options: { per_page: 10 } }),
      await client.delete.service({ parameters: SERVICE, options: { delete_child_objects: true } }),
    ];
    const judge = new FactsJudge();
    for (const { request, error } of answers) {
      const { pathname, search } = new URL(request.url);
      const body = typeof request.body === 'string' ? JSON.parse(request.body) : undefined;
      expect(error).toBeUndefined();
      expect(judge.judgeRequest(request.method.toUpperCase(), pathname + search, body)).toEqual([]);
    }
  });
});

describe('errors, as the published client reads them', () => {
  it('are given back, with their status, text and details', async () => {
    const { error } = await client.create.project({ data: { name: '9', region: 'europe-west' } });
    expect(error).toMatchObject({ status: 400, details: { name: expect.any(String) } });
    expect(error?.message).toContain('name');
    expect((await client.get.project({ parameters: PROJECT })).error?.status).toBe(404);
    const stranger = clientOf(harness.simulator.url, 'of-nobody');
    expect((await stranger.list.projects({})).error?.status).toBe(401);
  });

  it('are thrown where it was asked to', async () => {
    const throwing = clientOf(harness.simulator.url, TOKEN, true);
    await expect(throwing.get.project({ parameters: PROJECT })).rejects.toMatchObject({ status: 404 });
  });

  it('tell what is left of the rate', async () => {
    await harness.control('POST', '/settings', { rateLimitPerWindow: 2 });
    await client.list.projects({});
    const last = await client.list.projects({});
    expect(last.rawResponse.headers.get('x-ratelimit-remaining')).toBe('0');
    const over = await client.list.projects({});
    expect([over.error?.status, over.rawResponse.headers.get('x-ratelimit-limit')]).toEqual([429, '2']);
  });

  it('of a gateway, in HTML, make it throw whatever it was asked to', async () => {
    await harness.control('POST', '/faults', { route: 'GET /v1/projects', kind: 'html_error' });
    await expect(client.list.projects({})).rejects.toThrow();
    expect((await client.list.projects({})).error).toBeUndefined();
  });

  it('of a cut connection make it throw, and the effect stays', async () => {
    await harness.control('POST', '/faults', { route: 'POST /v1/projects', kind: 'lose_answer' });
    await expect(createProject()).rejects.toThrow();
    await expect
      .poll(async () => field((await harness.control('GET', '/state')).body, 'projects.0.id'), PATIENT)
      .toBe('a-customer');
  });
});
