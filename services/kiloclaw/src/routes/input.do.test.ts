import { API_BASE, BODY_MAX_BYTES, ROUTES, type RouteName } from '@kiloclaw/platform-contract';
import { describe, expect, it } from 'vitest';
import { READ_KEY } from '../testing/bindings.ts';
import {
  debugStatusOf,
  errorOf,
  newTarget,
  operationsOf,
  send,
  sendRequest,
  statusOf,
  storedRows,
} from '../testing/platform.ts';
import { registryDump, untilPaid } from '../testing/registry.ts';

const names = Object.keys(ROUTES) as RouteName[];
const operationId = '0190a7c4-0000-7000-8000-00000000000f';

describe('keys', () => {
  it.each(names)('%s answers a missing and a wrong key alike', async (name) => {
    const headers = { 'x-request-id': 'same' };
    const missing = await send(name, {}, { key: null, operationId, headers });
    const wrong = await send(name, {}, { key: 'wrong', operationId, headers });
    expect(errorOf(missing)).toMatchObject({ status: 401, code: 'unauthorized', requestId: 'same' });
    expect([wrong.status, wrong.text]).toEqual([401, missing.text]);
  });

  it.each(names.filter((name) => ROUTES[name].scope === 'full'))('%s refuses a read key', async (name) => {
    const answer = await send(name, newTarget(), { key: READ_KEY, operationId });
    expect(errorOf(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  it('lets a read key read', async () => {
    expect((await send('tiers', {}, { key: READ_KEY })).status).toBe(200);
  });
});

const { userId, instanceId } = newTarget();
const bad: readonly (readonly [string, RouteName, unknown, string | null])[] = [
  ['an unknown field', 'provision', { userId, surprise: 1 }, 'surprise'],
  ['an unknown query field', 'status', { userId, instanceId, surprise: 1 }, 'surprise'],
  ['a wrong type', 'provision', { userId, start: 'yes' }, 'start'],
  ['a bad user id', 'start', { userId: '../x', instanceId }, 'userId'],
  ['a bad instance id', 'start', { userId, instanceId: 'x' }, 'instanceId'],
  ['no instance id', 'debugStatus', { userId }, 'instanceId'],
  [
    'absurd CPUs',
    'provision',
    { userId, machineSize: { cpus: 1e9, memory_mb: 1024, cpu_kind: 'shared' } },
    'machineSize.cpus',
  ],
  [
    'an absurd volume',
    'provision',
    { userId, machineSize: { cpus: 1, memory_mb: 2048, cpu_kind: 'performance' }, volumeSizeGb: -1 },
    'volumeSizeGb',
  ],
  ['a bad name in env', 'provision', { userId, env: { '1-2': 'x' } }, 'env.1-2'],
  ['the system as actor', 'stop', { userId, instanceId, actor: { kind: 'system', id: 'x' } }, 'actor.kind'],
  ['an absurd limit', 'operations', { userId, instanceId, limit: 1e9 }, 'limit'],
  ['bad JSON', 'start', '{"userId":', null],
];

describe('bad input', () => {
  it.each(bad)('names the field: %s', async (_what, name, input, path) => {
    const error = errorOf(await send(name, input));
    expect(error).toMatchObject({ status: 400, code: 'invalid_request' });
    const fields = error.details?.fields as { path: string }[];
    expect(fields.map((field) => field.path)).toEqual(path === null ? [] : [path]);
  });

  it('refuses a body above the bound', async () => {
    const answer = await send('provision', JSON.stringify({ userId, name: 'x'.repeat(BODY_MAX_BYTES) }));
    expect(errorOf(answer)).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  it('refuses an operation id that is none, a bad key and an unknown route', async () => {
    const target = newTarget();
    expect(errorOf(await send('operation', target, { operationId: 'x' })).code).toBe('operation_not_found');
    const headers = { 'idempotency-key': 'x'.repeat(201) };
    expect(errorOf(await send('start', target, { headers })).code).toBe('invalid_request');
    expect((await sendRequest(new Request(`http://control-plane.test${API_BASE}-other`))).status).toBe(404);
  });
});

it('shows a secret in no answer, no stored row and no row of the registry', async () => {
  const target = newTarget();
  const canary = `canary-${crypto.randomUUID()}`;
  const input = { ...target, env: { GREETING: canary }, secrets: { PASSPHRASE: canary } };
  const answers = [await send('provision', input), await send('provision', { ...input, name: 'again' })];
  expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  await untilPaid(target);
  const shown = [answers, await statusOf(target), await debugStatusOf(target), await operationsOf(target)];
  for (const text of [
    JSON.stringify(shown),
    JSON.stringify(await storedRows(target)),
    await registryDump(),
  ]) {
    expect(text).toContain(target.instanceId);
    expect(text).not.toContain(canary);
  }
});
