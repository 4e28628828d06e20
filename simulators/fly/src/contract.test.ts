import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { routeKey } from './route.ts';
import { isMutating, ROUTES } from './routes.ts';
import { DEVIATIONS } from './testing/deviations.ts';
import { type Answer, call, field, Harness, PATIENT, text } from './testing/harness.ts';
import { type ExchangeRecord, OpenApiJudge } from './testing/openapi.ts';

// Whole lives over HTTP; every request and every answer is held against the provider's machine-readable document.

const APP = 'life';
const MACHINES = `/apps/${APP}/machines`;
const VOLUMES = `/apps/${APP}/volumes`;
const records: ExchangeRecord[] = [];
let harness: Harness;
let calledRoutes: string[] = [];

interface Expectation {
  status?: number;
  isWrong?: boolean;
  leaseNonce?: string;
}

async function exchange(
  method: string,
  path: string,
  requestBody?: unknown,
  { status = 200, isWrong = false, leaseNonce }: Expectation = {},
): Promise<Answer> {
  const answer = await harness.api(method, path, requestBody, leaseNonce);
  const contentType = answer.headers.get('content-type');
  records.push({
    method,
    path,
    requestBody,
    isWrong,
    status: answer.status,
    contentType,
    answerText: answer.text,
  });
  expect([method, path, answer.status, answer.text]).toEqual([method, path, status, answer.text]);
  return answer;
}

const wrong = (status: number) => ({ status, isWrong: true });

const fullConfig = (volumeId: string) => ({
  image: 'registry.example.com/team/app:v1',
  guest: { cpu_kind: 'performance', cpus: 1, memory_mb: 3072 },
  env: { PORT: '8080' },
  metadata: { owner: 'o1', role: 'instance' },
  mounts: [
    { volume: volumeId, path: '/data', extend_threshold_percent: 80, add_size_gb: 5, size_gb_limit: 100 },
  ],
  services: [
    {
      protocol: 'tcp',
      internal_port: 8080,
      autostart: false,
      autostop: 'off',
      ports: [{ port: 443, handlers: ['tls', 'http'] }],
    },
  ],
  checks: { up: { type: 'http', port: 8080, path: '/up', interval: '15s', timeout: '2s' } },
  restart: { policy: 'on-failure', max_retries: 3 },
  stop_config: { signal: 'SIGTERM', timeout: '10s' },
  init: { exec: ['/bin/app'] },
  auto_destroy: false,
});

async function liveApps(): Promise<void> {
  await exchange('GET', '/platform/regions');
  await exchange('POST', '/apps', { app_name: APP, org_slug: 'personal', network: APP }, { status: 201 });
  await exchange(
    'POST',
    '/apps?wait=true',
    { name: 'second', org_slug: 'personal', enable_subdomains: false, idempotency_key: 'k1' },
    { status: 201 },
  );
  await exchange('POST', '/apps', { name: APP, org_slug: 'personal' }, { status: 422 });
  await exchange('POST', '/apps', 'not json', wrong(400));
  await exchange('GET', '/apps?org_slug=personal');
  await exchange('GET', '/apps', undefined, wrong(400));
  await exchange('GET', `/apps/${APP}`);
  await exchange('GET', '/apps/absent', undefined, { status: 404 });
  const { url } = harness.simulator;
  const refused = await call(url, 'GET', `/v1/apps/${APP}`, undefined, { authorization: 'Bearer wrong' });
  records.push({
    method: 'GET',
    path: `/apps/${APP}`,
    requestBody: undefined,
    isWrong: false,
    status: refused.status,
    contentType: refused.headers.get('content-type'),
    answerText: refused.text,
  });
}

async function liveVolume(): Promise<string> {
  const compute = { cpu_kind: 'performance', cpus: 4, memory_mb: 8192 };
  const request = {
    name: 'data',
    region: 'iad',
    size_gb: 10,
    encrypted: true,
    compute,
    snapshot_retention: 7,
  };
  const volumeId = text((await exchange('POST', VOLUMES, request)).body, 'id');
  await exchange('POST', VOLUMES, { name: 'data', region: 'iad', size_gb: 501 }, { status: 400 });
  await exchange('GET', VOLUMES);
  await exchange('GET', `${VOLUMES}/${volumeId}`);
  await exchange('GET', `${VOLUMES}/vol_absent`, undefined, { status: 404 });
  await exchange('PUT', `${VOLUMES}/${volumeId}`, { snapshot_retention: 3, auto_backup_enabled: false });
  await exchange('PUT', `${VOLUMES}/${volumeId}/extend`, { size_gb: 20 });
  await exchange('PUT', `${VOLUMES}/${volumeId}/extend`, { size_gb: 5 }, { status: 400 });
  return volumeId;
}

async function liveMachine(volumeId: string): Promise<string> {
  const request = { name: 'm1', region: 'iad', config: fullConfig(volumeId), skip_launch: false };
  const created = (await exchange('POST', MACHINES, request)).body;
  const path = `${MACHINES}/${text(created, 'id')}`;
  await exchange('POST', MACHINES, request, { status: 409 });
  await exchange('POST', MACHINES, { config: fullConfig(volumeId) }, { status: 412 });
  await exchange('GET', `${path}/wait?state=started&timeout=60&version=${text(created, 'instance_id')}`);
  await exchange('GET', `${path}/wait?timeout=61`, undefined, { status: 400 });
  await exchange('GET', path);
  await exchange('GET', `${MACHINES}?region=iad&state=started&include_deleted=true&metadata.owner=o1`);
  await exchange('GET', `${MACHINES}?summary=true`);
  await exchange('POST', `${path}/start`);
  await exchange('POST', `${path}/restart?timeout=10s&signal=SIGTERM`);
  await exchange('DELETE', path, undefined, { status: 412 });
  await exchange('POST', `${path}/stop`, [], wrong(400));
  await exchange('POST', `${path}/stop`, { signal: 'SIGTERM', timeout: '5s' });
  await exchange('POST', `${path}/stop`);
  const config = { ...fullConfig(volumeId), guest: { cpu_kind: 'performance', cpus: 4, memory_mb: 8192 } };
  const updated = (await exchange('POST', path, { config, current_version: text(created, 'instance_id') }))
    .body;
  await exchange('POST', path, { config, current_version: text(created, 'instance_id') }, { status: 409 });
  const version = text(updated, 'instance_id');
  const settled = await exchange(
    'GET',
    `${path}/wait?state=stopped,settled&instance_id=${version}&timeout=5`,
  );
  expect(field(settled.body, 'state')).toBe('stopped');
  await exchange('POST', `${path}/start`);
  return path;
}

async function liveMetadata(machinePath: string): Promise<void> {
  const path = `${machinePath}/metadata`;
  await exchange('GET', path);
  await exchange('POST', `${path}/note`, { value: 'one' }, { status: 204 });
  await exchange('GET', `${path}/note`);
  await exchange('PATCH', path, { metadata: { note: null, owner: 'o2' } }, { status: 204 });
  await exchange('PUT', path, { metadata: { role: 'other' } }, { status: 204 });
  await exchange('PATCH', path, { metadata: {}, machine_version: '01STALE' }, { status: 412 });
  await exchange('GET', `${path}/note`, undefined, { status: 404 });
  await exchange('DELETE', `${path}/owner`, undefined, { status: 204 });
}

async function liveLease(machinePath: string): Promise<void> {
  const path = `${machinePath}/lease`;
  await exchange('GET', path, undefined, { status: 404 });
  const taken = await exchange('POST', path, { ttl: 30, description: 'resize' }, { status: 201 });
  const leaseNonce = text(taken.body, 'data.nonce');
  await exchange('GET', path);
  await exchange('POST', path, { ttl: 30 }, { status: 409 });
  await exchange('POST', `${path}?ttl=60`, {}, { status: 201, leaseNonce });
  await exchange('POST', `${machinePath}/suspend`, undefined, { status: 409 });
  await exchange('POST', `${machinePath}/suspend`, undefined, { leaseNonce });
  await exchange('POST', `${machinePath}/cordon`, undefined, { leaseNonce });
  await exchange('POST', `${machinePath}/start`, undefined, { leaseNonce });
  await exchange('POST', `${machinePath}/uncordon`, undefined, { leaseNonce });
  await exchange('DELETE', path, undefined, wrong(400));
  await exchange('DELETE', path, undefined, { leaseNonce });
}

async function livePast(machinePath: string): Promise<void> {
  const { body } = await exchange('GET', `${machinePath}/versions`);
  await exchange('GET', `${machinePath}?version=${text(body, '1.version')}`);
  await exchange('GET', `${machinePath}/events?limit=50`);
  await exchange('GET', `${machinePath}/events?limit=51`, undefined, wrong(400));
  await exchange('GET', `${MACHINES}?limit=1`);
}

async function liveGuest(machinePath: string): Promise<void> {
  await exchange('POST', `${machinePath}/exec`, { command: ['echo', 'hello'], timeout: 5 });
  await exchange('POST', `${machinePath}/exec`, { cmd: '' }, wrong(400));
  await exchange('GET', `${machinePath}/ps`);
  await exchange('POST', `${machinePath}/signal`, { signal: 'SIGTERM' });
  await exchange('POST', `${machinePath}/signal`, { signal: 9 });
  await exchange('POST', `${machinePath}/signal`, { signal: 'SIGNAL' }, wrong(400));
  await exchange('GET', `${machinePath}/memory`);
  await exchange('PUT', `${machinePath}/memory`, { limit_mb: 4096 });
  await exchange('PUT', `${machinePath}/memory`, { limit_mb: 100_000 }, { status: 400 });
  await exchange('POST', `${machinePath}/memory/reclaim`, { amount_mb: 512 });
}

async function liveSnapshot(volumeId: string): Promise<void> {
  await exchange('POST', `${VOLUMES}/${volumeId}/snapshots`);
  const { body } = await exchange('GET', `${VOLUMES}/${volumeId}/snapshots`);
  const request = { name: 'data', region: 'iad', snapshot_id: text(body, '0.id') };
  await exchange('POST', VOLUMES, { ...request, size_gb: 100 });
  await exchange('POST', VOLUMES, { ...request, size_gb: 1 }, { status: 400 });
}

async function liveOrg(): Promise<void> {
  const after = encodeURIComponent('2025-01-01T00:00:00Z');
  await exchange('GET', `/orgs/personal/machines?updated_after=${after}&limit=1&include_deleted=true`);
  await exchange('GET', '/orgs/personal/machines?summary=true');
  const { body } = await exchange('GET', '/orgs/personal/volumes?limit=1');
  await exchange('GET', `/orgs/personal/volumes?limit=1&cursor=${text(body, 'next_cursor')}`);
  const compute = { cpu_kind: 'performance', cpus: 4, memory_mb: 8192 };
  await exchange('POST', '/platform/placements', { org_slug: 'personal', region: 'iad', compute, count: 2 });
}

async function liveTooFast(): Promise<void> {
  await harness.control('POST', '/settings', { rateLimits: true });
  for (let calls = 0; calls < 3; calls += 1) await exchange('GET', VOLUMES);
  await exchange('GET', VOLUMES, undefined, { status: 429 });
  await harness.control('POST', '/settings', { rateLimits: false });
}

async function liveFork(volumeId: string): Promise<void> {
  const compute = { cpu_kind: 'performance', cpus: 4, memory_mb: 8192 };
  const request = { name: 'data', region: 'iad', source_volume_id: volumeId, compute };
  await exchange('POST', VOLUMES, request);
  await harness.control('POST', '/settings', { hostsByRegion: { iad: [] } });
  await exchange('POST', VOLUMES, request, { status: 400 });
  await harness.control('POST', '/settings', { hostsByRegion: {}, memoryQuotaMbByRegion: { iad: 1 } });
  await exchange('POST', MACHINES, { config: { image: 'x' } }, { status: 403 });
  await harness.control('POST', '/settings', { memoryQuotaMbByRegion: {} });
}

async function liveAwayHost(machinePath: string): Promise<void> {
  const control = `/machines/${machinePath.split('/').at(-1)}`;
  await harness.control('POST', control, { out_of_memory: true });
  await harness.control('POST', control, { host_status: 'unreachable' });
  await exchange('GET', machinePath);
  await harness.control('POST', control, { host_status: 'ok' });
}

async function waitOutOfTime(machinePath: string): Promise<void> {
  const late = exchange('GET', `${machinePath}/wait?state=failed&timeout=1`, undefined, { status: 408 });
  await vi.waitFor(() => expect(harness.clock.pending).toBe(1), PATIENT);
  harness.clock.move(1000);
  await late;
}

async function liveEnd(machinePath: string, volumeId: string): Promise<void> {
  await exchange('DELETE', `${VOLUMES}/${volumeId}`, undefined, { status: 412 });
  await exchange('DELETE', `${machinePath}?force=true`);
  await exchange('GET', machinePath, undefined, { status: 404 });
  await exchange('DELETE', `${VOLUMES}/${volumeId}`);
  const other = text(
    (await exchange('POST', MACHINES, { config: { image: 'x' }, skip_launch: true })).body,
    'id',
  );
  await exchange('DELETE', `${MACHINES}/${other}?kill=true`);
  await exchange('DELETE', `/apps/${APP}`, undefined, { status: 202 });
}

beforeAll(async () => {
  harness = await Harness.start(undefined, { isJudged: false });
  await liveApps();
  const volumeId = await liveVolume();
  const machinePath = await liveMachine(volumeId);
  await liveMetadata(machinePath);
  await waitOutOfTime(machinePath);
  await liveLease(machinePath);
  await livePast(machinePath);
  await liveGuest(machinePath);
  await liveFork(volumeId);
  await liveSnapshot(volumeId);
  await liveOrg();
  await liveTooFast();
  await liveAwayHost(machinePath);
  await liveEnd(machinePath, volumeId);
  calledRoutes = Object.keys((await harness.control('GET', '/counters')).body ?? {});
});

afterAll(() => harness.stop());

function problems(judge: OpenApiJudge): string[] {
  return records.flatMap((record) => judge.judge(record));
}

describe('against the machine-readable document', () => {
  it('every request and every answer of a whole life is valid', () => {
    expect(problems(new OpenApiJudge(DEVIATIONS))).toEqual([]);
  });

  it('the life calls every route that there is', () => {
    expect(calledRoutes.toSorted()).toEqual(ROUTES.map(routeKey).toSorted());
  });

  it('every route is an operation of the document', () => {
    const judge = new OpenApiJudge([]);
    for (const route of ROUTES) {
      const path = route.path.replace('/v1', '').replaceAll(/\{\w+\}/g, 'x');
      expect([routeKey(route), judge.operationOf(route.method, path)]).not.toContain(null);
    }
    expect(ROUTES.some((route) => isMutating(route.method))).toBe(true);
  });

  it.each(DEVIATIONS.map((deviation) => [deviation.name, deviation] as const))(
    'the deviation "%s" is still needed',
    (_name, deviation) => {
      const without = new OpenApiJudge(DEVIATIONS.filter((other) => other !== deviation));
      expect(problems(without)).not.toEqual([]);
    },
  );

  it.each([
    ['a field that is not in the document', { id: 'x', instanceId: 'y' }],
    ['a field of another type', { id: 7 }],
    ['a missing field', {}],
  ])('the judge finds %s', (_what, changes) => {
    const record = records.find(({ method, path }) => method === 'GET' && /\/machines\/\w+$/.test(path));
    const machine = JSON.parse(record?.answerText ?? '{}');
    const { id: _id, ...rest } = machine;
    const spoiled = { ...rest, ...changes };
    const judge = new OpenApiJudge(DEVIATIONS);
    expect(record && judge.judge({ ...record, answerText: JSON.stringify(spoiled) })).not.toEqual([]);
  });
});
