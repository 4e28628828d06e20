import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, field, Harness, TOKEN, text } from './testing/harness.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await Harness.start();
  await harness.app('taken');
});

afterAll(() => harness.stop());

const withAuthorization = (authorization: string) =>
  call(harness.simulator.url, 'GET', '/v1/apps/taken', undefined, { authorization });

describe('transport', () => {
  it.each([['Bearer wrong'], ['Bearer'], [''], [TOKEN], [`Basic ${TOKEN}`]])(
    'refuses the credential %j with 401',
    async (authorization) => {
      const answer = await withAuthorization(authorization);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({ error: 'Authenticate: token validation error' });
    },
  );

  it.each([[`Bearer ${TOKEN}`], [`FlyV1 ${TOKEN}`], [`bearer ${TOKEN}`]])(
    'takes %j',
    async (authorization) => {
      expect((await withAuthorization(authorization)).status).toBe(200);
    },
  );

  it('gives every answer its own fly-request-id', async () => {
    const answers = await Promise.all([
      harness.api('GET', '/apps/taken'),
      harness.api('GET', '/apps/absent'),
      harness.api('GET', '/nowhere'),
    ]);
    const ids = answers.map((answer) => answer.headers.get('fly-request-id'));
    for (const id of ids) expect(id).toMatch(/^[0-9A-Z]{26}-[a-z]{3}$/);
    expect(new Set(ids).size).toBe(answers.length);
  });

  it.each(['not json', '', '[1', 'null', '[]', '"text"'])('answers 400 to the body %j', async (body) => {
    for (const path of ['/apps', '/apps/taken/machines', '/apps/taken/volumes']) {
      const answer = await harness.api('POST', path, body);
      expect(answer.status).toBe(400);
      expect(text(answer.body, 'error')).toMatch(/^invalid_argument: /);
    }
  });

  it('refuses a body of more than a megabyte', async () => {
    const answer = await harness.api('POST', '/apps', `{"name":"${'x'.repeat(2 ** 20)}"}`);
    expect(answer.status).toBe(413);
  });

  it('answers 404 to a path that it does not know', async () => {
    expect((await harness.api('GET', '/apps/taken/leases')).status).toBe(404);
    expect((await harness.api('PATCH', '/apps/taken')).status).toBe(404);
  });

  it('never quotes a refused value', async () => {
    const config = { image: 'x', env: { SECRET: 12_345 } };
    const answer = await harness.api('POST', '/apps/taken/machines', { config });
    expect(answer.status).toBe(400);
    expect(text(answer.body, 'error')).toContain('config.env.SECRET');
    expect(answer.text).not.toContain('12345');
  });

  it('lists regions', async () => {
    const answer = await harness.api('GET', '/platform/regions');
    expect(field(answer.body, 'regions.0.code')).toMatch(/^[a-z]{3}$/);
  });
});

describe('apps', () => {
  it('takes the name as app_name and as name', async () => {
    for (const key of ['app_name', 'name']) {
      const name = `spelled-${key.replace('_', '-')}`;
      const answer = await harness.api('POST', '/apps', { [key]: name, org_slug: 'personal' });
      expect(answer.status).toBe(201);
      expect(text(answer.body, 'id')).toMatch(/^[0-9a-z]{16}$/);
      expect(field(answer.body, 'created_at')).toBe(harness.clock.nowMs());
      expect(text((await harness.api('GET', `/apps/${name}`)).body, 'name')).toBe(name);
    }
  });

  it('answers 422 name_taken to a second of the same name, in any organisation', async () => {
    const answer = await harness.api('POST', '/apps', { name: 'taken', org_slug: 'other' });
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({
      error: 'Validation failed: Name has already been taken',
      status: 'name_taken',
    });
  });

  it.each(['', 'UPPER', '../escape', 'a/b', 'dot.dot', '-dash', 'x'.repeat(64)])(
    'answers 422 to the name %j',
    async (name) => {
      expect((await harness.api('POST', '/apps', { name, org_slug: 'personal' })).status).toBe(422);
    },
  );

  it('needs an organisation to create and to list', async () => {
    expect((await harness.api('POST', '/apps', { name: 'no-org' })).status).toBe(422);
    expect((await harness.api('GET', '/apps')).status).toBe(400);
  });

  it('lists the apps of one organisation', async () => {
    await harness.api('POST', '/apps', { name: 'elsewhere', org_slug: 'second-org' });
    const answer = await harness.api('GET', '/apps?org_slug=second-org');
    expect(field(answer.body, 'total_apps')).toBe(1);
    expect(text(answer.body, 'apps.0.name')).toBe('elsewhere');
  });

  it('deletes machines and volumes with the app, and frees the name', async () => {
    await harness.app('doomed');
    const volumeId = await harness.volume('doomed');
    await harness.machine('doomed', { mounts: [{ volume: volumeId, path: '/data' }] });
    const answer = await harness.api('DELETE', '/apps/doomed');
    expect([answer.status, answer.text]).toEqual([202, '']);
    for (const path of ['/apps/doomed', '/apps/doomed/machines', `/apps/doomed/volumes/${volumeId}`]) {
      expect((await harness.api('GET', path)).status).toBe(404);
    }
    expect((await harness.api('DELETE', '/apps/doomed')).status).toBe(404);
    await harness.app('doomed');
    expect((await harness.api('GET', '/apps/doomed/machines')).body).toEqual([]);
  });
});
