import { API_BASE } from '@kiloclaw/platform-contract';
import { expect, it } from 'vitest';
import { createAnswerCheck, type HeardAnswer } from './answer-check.ts';

const check = createAnswerCheck();

const STATUS_VIEW = {
  userId: 'user-1',
  instanceId: '0190a7c4-5c1e-7a3b-9d42-3f0c6e8b1a27',
  sandboxId: 'kc-0190a7c45c1e7a3b9d423f0c6e8b1a27',
  name: null,
  provider: 'fly',
  region: 'fra',
  status: 'running',
  instanceType: 'perf-1-3',
  machineSize: { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' },
  volumeSizeGb: 10,
  endpoint: null,
  createdAt: '2026-11-01T12:00:00.000Z',
  startedAt: '2026-11-01T12:00:05.000Z',
  stoppedAt: null,
  operation: null,
};
const NOT_FOUND = { error: { code: 'instance_not_found', message: 'Not here.', requestId: 'r1' } };

type Planted = Partial<Pick<HeardAnswer, 'method' | 'status'>> & {
  readonly path?: string;
  readonly headers?: Record<string, string>;
};

/** An answer of `GET /status`, but for what is planted in it. */
function hear(body: unknown, planted: Planted = {}): void {
  const headers = { 'content-type': 'application/json', 'x-request-id': 'r1', ...planted.headers };
  check({
    method: planted.method ?? 'GET',
    url: `http://control-plane.test${planted.path ?? `${API_BASE}/status`}?userId=user-1`,
    status: planted.status ?? 200,
    headers: new Headers(headers),
    text: JSON.stringify(body),
  });
}

it('takes what the document knows', () => {
  hear(STATUS_VIEW);
  hear(NOT_FOUND, { status: 404 });
  hear({ error: { ...NOT_FOUND.error, code: 'not_found' } }, { status: 404, path: '/nowhere' });
});

const { region: _region, ...withoutRegion } = STATUS_VIEW;

it.each<[string, unknown, Planted, RegExp]>([
  ['an extra field', { ...STATUS_VIEW, effectiveSize: null }, {}, /effectiveSize/],
  [
    'an extra field deep inside',
    { ...STATUS_VIEW, machineSize: { ...STATUS_VIEW.machineSize, gpus: 1 } },
    {},
    /gpus/,
  ],
  ['a missing field', withoutRegion, {}, /region/],
  ['a field of another type', { ...STATUS_VIEW, volumeSizeGb: '10' }, {}, /volumeSizeGb/],
  ['a word that is not listed', { ...STATUS_VIEW, status: 'paused' }, {}, /status/],
  ['a time that is none', { ...STATUS_VIEW, createdAt: 'yesterday' }, {}, /createdAt/],
  ['a status that is not documented', STATUS_VIEW, { status: 418 }, /no such status/],
  ['a success of another route', STATUS_VIEW, { status: 201 }, /no such status/],
  [
    'a code of another route',
    { error: { ...NOT_FOUND.error, code: 'operation_not_found' } },
    { status: 404 },
    /code/,
  ],
  ['a code under another status', NOT_FOUND, { status: 503 }, /code/],
  [
    'an error without its request id',
    { error: { code: 'instance_not_found', message: 'x' } },
    { status: 404 },
    /requestId/,
  ],
  ['another type of content', STATUS_VIEW, { headers: { 'content-type': 'text/plain' } }, /text\/plain/],
  ['another method', STATUS_VIEW, { method: 'PUT' }, /no such path/],
  ['a path that is not documented', STATUS_VIEW, { path: '/api/platform/secret' }, /no such path/],
])('refuses %s', (_what, body, planted, complaint) => {
  expect(() => hear(body, planted)).toThrow(complaint);
});

it('refuses an answer without the id of its request', () => {
  const headers = new Headers({ 'content-type': 'application/json' });
  const answer = { method: 'GET', url: `http://a.test${API_BASE}/status`, status: 200, headers };
  expect(() => check({ ...answer, text: JSON.stringify(STATUS_VIEW) })).toThrow('x-request-id');
});
