import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { type Answer, call, field, Harness, TOKEN, text } from './testing/harness.ts';

const PROJECT = 'asked';
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.project(PROJECT);
});

afterEach(() => harness.stop());

const as = (authorization: string | null, method: string, path: string, body?: unknown): Promise<Answer> =>
  call(harness.simulator.url, method, `/v1${path}`, body, authorization === null ? {} : { authorization });

const remaining = ({ headers }: Answer) => Number(headers.get('x-ratelimit-remaining'));

describe('the token', () => {
  it.each([null, '', 'Bearer wrong', TOKEN, `Basic ${TOKEN}`])('%j is refused', async (authorization) => {
    const answer = await as(authorization, 'GET', '/projects');
    expect([answer.status, field(answer.body, 'error.status')]).toEqual([401, 401]);
    expect(answer.text).not.toContain(TOKEN);
  });

  it.each(['/plans', '/regions'])('is not needed for %s', async (path) => {
    expect((await as(null, 'GET', path)).status).toBe(200);
  });

  it('is checked after the body deep in a project, and before it elsewhere', async () => {
    const deep = `/projects/${PROJECT}/services/deployment/app`;
    const bad = { billing: { deploymentPlan: 7 } };
    expect((await as('Bearer wrong', 'PATCH', deep, bad)).status).toBe(400);
    expect((await as('Bearer wrong', 'PATCH', deep, {})).status).toBe(401);
    expect((await as('Bearer wrong', 'POST', '/projects', { name: 7 })).status).toBe(401);
    await harness.control('POST', '/settings', { checksBodyBeforeToken: false });
    expect((await as('Bearer wrong', 'PATCH', deep, bad)).status).toBe(401);
  });

  it('of an organisation is good for the routes under its team alone', async () => {
    await harness.control('POST', '/settings', { tokenScope: 'org', teamId: 'one-team' });
    expect((await harness.api('GET', `/projects/${PROJECT}`)).status).toBe(403);
    expect((await harness.api('GET', `/teams/one-team/projects/${PROJECT}`)).status).toBe(200);
    expect((await harness.api('GET', `/teams/two-team/projects/${PROJECT}`)).status).toBe(404);
  });
});

describe('the rate limit', () => {
  const windowSeconds = DEFAULT_SETTINGS.rateLimitWindowMs / 1000;

  it('tells what is left with every answer, and refuses what is over it without an effect', async () => {
    await harness.control('POST', '/rate-limit/reset');
    await harness.control('POST', '/settings', { rateLimitPerWindow: 3 });
    expect(remaining(await harness.api('GET', '/projects'))).toBe(2);
    expect(remaining(await harness.api('GET', '/projects/absent'))).toBe(1);
    expect(remaining(await harness.api('GET', '/projects'))).toBe(0);
    const over = await harness.api('POST', '/projects', { name: 'over', region: 'us-east1' });
    expect([over.status, field(over.body, 'error.status'), over.headers.get('x-ratelimit-limit')]).toEqual([
      429,
      429,
      '3',
    ]);
    harness.clock.move(DEFAULT_SETTINGS.rateLimitWindowMs);
    expect((await harness.api('GET', '/projects/over')).status).toBe(404);
  });

  it('starts its window with the first call, and counts down to its end', async () => {
    await harness.control('POST', '/rate-limit/reset');
    harness.clock.move(1_800_000);
    const first = await harness.api('GET', '/projects');
    expect(first.headers.get('x-ratelimit-reset')).toBe(String(windowSeconds));
    harness.clock.move(1_000_500);
    const later = await harness.api('GET', '/projects');
    expect(later.headers.get('x-ratelimit-reset')).toBe(String(windowSeconds - 1000));
    expect(remaining(later)).toBe(remaining(first) - 1);
    harness.clock.move(DEFAULT_SETTINGS.rateLimitWindowMs);
    expect(remaining(await harness.api('GET', '/projects'))).toBe(remaining(first));
  });

  it('is not spent by calls without a good token, nor by public ones', async () => {
    const before = remaining(await harness.api('GET', '/projects'));
    await as('Bearer wrong', 'GET', '/projects');
    await harness.api('GET', '/plans');
    expect(remaining(await harness.api('GET', '/projects'))).toBe(before - 1);
  });
});

describe('answers', () => {
  it('carry an id of their own and JSON', async () => {
    const answers = [await harness.api('GET', '/projects'), await harness.api('GET', '/projects/absent')];
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).not.toBe(ids[1]);
    expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual([
      'application/json; charset=utf-8',
      'application/json; charset=utf-8',
    ]);
  });

  it('name the field that is refused, and never quote what was sent', async () => {
    const answer = await harness.api('POST', '/projects', { name: 'not_a_name', region: 'us-east1' });
    expect(field(answer.body, 'error.details')).toHaveProperty('name');
    expect(answer.text).not.toContain('not_a_name');
    await harness.control('POST', '/settings', { invalidStatus: 422 });
    expect((await harness.api('POST', '/projects', { name: 'x' })).status).toBe(422);
  });

  it.each([
    ['{"name":', 400, 'JSON'],
    ['[]', 400, 'body'],
    [`{"name":"${'x'.repeat(1024 * 1024)}"}`, 413, 'too large'],
  ])('refuse a body %.20s', async (body, status, words) => {
    const answer = await harness.api('POST', '/projects', body);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
  });

  it('are 404 for what is no route', async () => {
    const answer = await harness.api('GET', '/machines');
    expect([answer.status, text(answer.body, 'error.message')]).toEqual([404, 'Route not found.']);
  });
});
