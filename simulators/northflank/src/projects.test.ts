import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { field, Harness, text } from './testing/harness.ts';

let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
});

afterEach(() => harness.stop());

const create = (body: object) => harness.api('POST', '/projects', { region: 'europe-west', ...body });

describe('projects', () => {
  it('have an id that comes from their name', async () => {
    const answer = await create({ name: 'My First App', description: 'owned by a1', color: '#00FF00' });
    expect(answer.body).toMatchObject({
      data: { id: 'my-first-app', name: 'My First App', region: 'europe-west', description: 'owned by a1' },
    });
    expect(await harness.read('/projects/my-first-app')).toMatchObject({
      id: 'my-first-app',
      deployment: { region: 'europe-west' },
      description: 'owned by a1',
      services: [],
      cluster: { id: 'nf-europe-west' },
    });
  });

  it.each(['my-app', 'My App', 'MY-APP'])('are refused where the id of "%s" is taken', async (name) => {
    await create({ name: 'My App' });
    const answer = await create({ name, description: 'of somebody else' });
    expect(answer.status).toBe(409);
    expect(text(answer.body, 'error.message')).toContain('my-app');
    expect(field(await harness.read('/projects/my-app'), 'description')).toBeUndefined();
  });

  it.each([
    ['a name that is too short', { name: 'ab' }, 'name'],
    ['a name that is too long', { name: 'a'.repeat(40) }, 'name'],
    ['a name that begins with a digit', { name: '1st-app' }, 'name'],
    ['a name with two dashes', { name: 'my--app' }, 'name'],
    ['a name with a path in it', { name: '../../etc' }, 'name'],
    ['no name', {}, 'name'],
    ['an unknown region', { name: 'app', region: 'atlantis' }, 'region'],
    ['no region', { name: 'app', region: undefined }, 'region'],
    ['an own cluster', { name: 'app', clusterId: 'mine' }, 'clusterId'],
    ['a description that is too long', { name: 'app', description: 'a'.repeat(201) }, 'description'],
    ['a description of other characters', { name: 'app', description: '<b>' }, 'description'],
    ['a colour that is none', { name: 'app', color: 'red' }, 'color'],
    ['a colour of another length', { name: 'app', color: '#1234' }, 'color'],
  ])('refuse %s and name the field', async (_what, body, name) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(field(answer.body, 'error.details')).toHaveProperty([name]);
  });

  it('take the longest and the shortest name', async () => {
    expect((await create({ name: 'a'.repeat(39) })).status).toBe(200);
    expect((await create({ name: 'abc' })).status).toBe(200);
  });

  it('are made or changed by PUT, which can not move them', async () => {
    const put = (body: object) => harness.api('PUT', '/projects', { name: 'app', ...body });
    expect((await put({ region: 'us-east1' })).status).toBe(200);
    expect((await put({ region: 'us-east1', description: 'changed' })).status).toBe(200);
    expect(field(await harness.read('/projects/app'), 'description')).toBe('changed');
    expect((await put({ region: 'europe-west' })).status).toBe(400);
    expect((await put({ description: 'again' })).status).toBe(200);
  });

  it('are changed by PATCH, which leaves alone what it does not name', async () => {
    await create({ name: 'app', description: 'before' });
    await harness.api('PATCH', '/projects/app', { color: '#123456' });
    expect(field(await harness.read('/projects/app'), 'description')).toBe('before');
    expect((await harness.api('PATCH', '/projects/absent', {})).status).toBe(404);
  });

  it('list what they hold', async () => {
    await create({ name: 'app' });
    await harness.service('app', 'one', { description: 'first' });
    expect(field(await harness.read('/projects/app'), 'services')).toEqual([
      {
        id: 'one',
        appId: '/sandbox-team/app/one',
        name: 'one',
        description: 'first',
        serviceType: 'deployment',
      },
    ]);
  });

  it.each(['volume', 'service'] as const)('are not deleted while there is a %s in them', async (kind) => {
    await create({ name: 'app' });
    await harness[kind]('app', 'one');
    const answer = await harness.api('DELETE', '/projects/app');
    expect([answer.status, text(answer.body, 'error.message')]).toEqual([
      409,
      "The project couldn't be deleted as it has dependencies that have not been deleted.",
    ]);
    expect((await harness.api('DELETE', '/projects/app?delete_child_objects=yes')).status).toBe(400);
    expect((await harness.api('DELETE', '/projects/app?delete_child_objects=true')).status).toBe(200);
    expect(await harness.read('/projects/app')).toBeNull();
    expect((await harness.api('DELETE', '/projects/app')).status).toBe(404);
  });
});

describe('pages of a list', () => {
  const page = (query: string) => harness.api('GET', `/projects?${query}`);
  const ids = (body: unknown): unknown[] => {
    const projects = field(body, 'data.projects');
    return Array.isArray(projects) ? projects.map((project) => field(project, 'id')) : [];
  };

  beforeEach(async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      await create({ name });
      harness.clock.move(1);
    }
  });

  it('go on by cursor, in the order of creation, also when what it points at is deleted', async () => {
    const first = await page('per_page=2');
    expect([ids(first.body), field(first.body, 'pagination.count')]).toEqual([['one', 'two'], 2]);
    const cursor = text(first.body, 'pagination.cursor');
    await harness.api('DELETE', '/projects/two');
    const second = await page(`per_page=2&cursor=${cursor}`);
    expect(ids(second.body)).toEqual(['three', 'four']);
    const last = await page(`per_page=2&cursor=${text(second.body, 'pagination.cursor')}`);
    expect(last.body).toMatchObject({ pagination: { hasNextPage: false, count: 1 } });
    expect(field(last.body, 'pagination.cursor')).toBeUndefined();
  });

  it('are numbered too', async () => {
    expect(ids((await page('per_page=2&page=3')).body)).toEqual(['five']);
    expect(ids((await page('per_page=2&page=4')).body)).toEqual([]);
    expect(field((await page('per_page=5')).body, 'pagination.hasNextPage')).toBe(false);
  });

  it.each(['per_page=0', 'per_page=101', 'per_page=ten', 'page=0', 'cursor=none'])(
    'refuse %s',
    async (query) => {
      expect((await page(query)).status).toBe(400);
    },
  );
});

describe('what needs no token', () => {
  it('plans and regions are the published ones', async () => {
    const plans = field(await harness.read('/plans'), 'plans');
    expect(plans).toContainEqual({
      id: 'nf-compute-400-16',
      name: 'nf-compute-400-16',
      currency: 'usd',
      amountPerMonth: 144,
      amountPerHour: 0.2,
      cpuResource: 4,
      ramResource: 16_384,
    });
    expect(field(await harness.read('/regions'), 'regions')).toContainEqual({
      id: 'europe-west',
      name: 'Europe - West',
      regionName: 'EMEA',
      provider: { id: 'gcp', region: 'europe-west2' },
      gpuDevices: [],
    });
  });
});
