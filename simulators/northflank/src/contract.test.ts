import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeKey } from './route.ts';
import { ROUTES, teamPath } from './routes.ts';
import { type ExchangeRecord, FactsJudge } from './testing/facts.ts';
import { type Answer, call, field, Harness, serviceBody } from './testing/harness.ts';
import { SUPPLEMENTS } from './testing/supplements.ts';
import { INSTANT } from './testing/test-simulator.ts';

// Whole lives over HTTP; every request and every answer is held against the published facts.

const PROJECT = '/projects/whole-life';
const VOLUMES = `${PROJECT}/volumes`;
const SERVICES = `${PROJECT}/services`;
const SERVICE = `${SERVICES}/app-one`;
const records: ExchangeRecord[] = [];
let harness: Harness;
let calledRoutes: string[] = [];

interface Expectation {
  status?: number;
  isWrong?: boolean;
}

function record(method: string, path: string, requestBody: unknown, isWrong: boolean, answer: Answer): void {
  const contentType = answer.headers.get('content-type');
  const { status, text: answerText } = answer;
  records.push({ method, path, requestBody, isWrong, status, contentType, answerText });
}

async function exchange(
  method: string,
  path: string,
  requestBody?: unknown,
  { status = 200, isWrong = false }: Expectation = {},
): Promise<Answer> {
  const answer = await harness.api(method, path, requestBody);
  record(method, path, requestBody, isWrong, answer);
  expect([method, path, answer.status, answer.text]).toEqual([method, path, status, answer.text]);
  return answer;
}

const wrong = (status: number) => ({ status, isWrong: true });

async function liveProjects(): Promise<void> {
  await exchange('GET', '/plans');
  await exchange('GET', '/regions');
  const body = { name: 'Whole Life', region: 'europe-west', description: 'a whole life', color: '#00ff00' };
  await exchange('POST', '/projects', body);
  await exchange('POST', '/projects', body, { status: 409 });
  await exchange('POST', '/projects', { name: '9', region: 'europe-west' }, wrong(400));
  await exchange('PUT', '/projects', { ...body, description: 'another' });
  await exchange('PUT', '/projects', { name: 'second', region: 'us-east1' });
  await exchange('PATCH', PROJECT, { description: 'a whole life' });
  await exchange('GET', '/projects?per_page=1');
  await exchange('GET', '/projects');
  await exchange('GET', PROJECT);
  await exchange('GET', '/projects/absent', undefined, { status: 404 });
  await exchange('DELETE', '/projects/second?delete_child_objects=true');
  const { url } = harness.simulator;
  const refused = await call(url, 'GET', `/v1${PROJECT}`, undefined, { authorization: 'Bearer wrong' });
  record('GET', PROJECT, undefined, false, refused);
  expect(refused.status).toBe(401);
}

async function liveVolumes(): Promise<void> {
  const body = {
    name: 'data',
    mounts: [{ containerMountPath: '/data', volumeMountPath: 'app/files' }],
    spec: { accessMode: 'ReadWriteOnce', storageClassName: 'ssd', storageSize: 10_240 },
  };
  await exchange('POST', VOLUMES, body);
  await exchange('POST', VOLUMES, body, { status: 409 });
  await exchange('POST', VOLUMES, { ...body, name: 'other', mounts: [{ containerMountPath: '/other' }] });
  await exchange('GET', `${VOLUMES}?page=1&per_page=100`);
  await exchange('GET', `${VOLUMES}/data`);
  await exchange('POST', `${VOLUMES}/data`, { spec: { storageSize: 20_480 } });
  await exchange('POST', `${VOLUMES}/data`, { mounts: [{ containerMountPath: '/files' }] });
  await exchange('POST', `${VOLUMES}/data`, { spec: { storageSize: 10_240 } }, { status: 400 });
}

const fullService = {
  ...serviceBody('App One'),
  description: 'one of them',
  ports: [{ name: 'p01', internalPort: 8080, public: true, protocol: 'HTTP' }],
  runtimeEnvironment: { PORT: '8080' },
  healthChecks: [
    {
      protocol: 'HTTP',
      type: 'readinessProbe',
      path: '/up',
      port: 8080,
      initialDelaySeconds: 5,
      periodSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 3,
    },
  ],
  createOptions: { volumesToAttach: ['data'] },
};

async function liveService(): Promise<void> {
  await exchange('POST', `${SERVICES}/deployment`, fullService);
  await exchange('POST', `${SERVICES}/deployment`, fullService, { status: 409 });
  await exchange('PUT', `${SERVICES}/deployment`, fullService);
  await exchange('GET', SERVICES);
  await exchange('GET', SERVICE);
  await exchange('GET', `${SERVICE}/deployment`);
  await exchange('GET', `${SERVICE}/containers`);
  const patch = `${SERVICES}/deployment/app-one`;
  await exchange('PATCH', patch, { billing: { deploymentPlan: 'nf-compute-400' } });
  await exchange('PATCH', patch, { billing: { deploymentPlan: 'nf-compute-9' } }, { status: 400 });
  await exchange('PATCH', patch, { deployment: { instances: 0 } });
  await exchange('POST', `${SERVICE}/deployment`, { external: { imagePath: 'nginx:latest' } });
  await exchange('POST', `${SERVICE}/scale`, { instances: 1, deploymentPlan: 'nf-compute-200' });
  await exchange('POST', `${SERVICE}/restart`);
  await exchange('POST', `${SERVICE}/resume`, {}, { status: 409 });
  await exchange('POST', `${SERVICE}/pause`);
  await exchange('POST', `${SERVICE}/resume`, { instances: 1 });
}

async function liveSecrets(): Promise<void> {
  const secrets = { variables: { TOKEN: 'not-told' } };
  const body = { name: 'app secrets', secretType: 'environment', priority: 10, secrets };
  await exchange('POST', `${PROJECT}/secrets`, body);
  await exchange('PATCH', `${PROJECT}/secrets/app-secrets`, { priority: 20 });
  await exchange('GET', `${PROJECT}/secrets/app-secrets/details`);
}

async function liveEnd(): Promise<void> {
  const nfObject = { id: 'app-one', type: 'service' };
  await exchange('POST', `${VOLUMES}/other/attach`, { nfObject });
  await exchange('DELETE', `${VOLUMES}/other`, undefined, { status: 409 });
  await exchange('POST', `${VOLUMES}/other/detach`, { nfObject });
  await exchange('DELETE', `${VOLUMES}/other`);
  await exchange('DELETE', PROJECT, undefined, { status: 409 });
  await exchange('DELETE', `${SERVICE}?delete_child_objects=true`);
  await exchange('GET', SERVICE, undefined, { status: 404 });
  await exchange('GET', `${VOLUMES}/data`, undefined, { status: 404 });
  await exchange('DELETE', PROJECT);
  await harness.control('POST', '/settings', { rateLimitPerWindow: 0 });
  await exchange('GET', '/projects', undefined, { status: 429 });
}

beforeAll(async () => {
  harness = await Harness.start(INSTANT);
  await liveProjects();
  await liveVolumes();
  await liveService();
  await liveSecrets();
  await liveEnd();
  calledRoutes = Object.keys((await harness.control('GET', '/counters')).body ?? {});
});

afterAll(() => harness.stop());

const problems = (judge: FactsJudge): string[] => records.flatMap((one) => judge.judge(one));

describe('against the published facts', () => {
  it('every request and every answer of a whole life is valid', () => {
    expect(problems(new FactsJudge())).toEqual([]);
  });

  it('the life calls every route that there is', () => {
    expect(calledRoutes.toSorted()).toEqual(ROUTES.map(routeKey).toSorted());
  });

  it('every route, and its twin under the team, is a published operation, and every operation a route', () => {
    const judge = new FactsJudge();
    const operations = ROUTES.map((route) => {
      const name = judge.operationOf(route.method, route.path.replaceAll(/\{\w+\}/g, 'x'));
      const twin = teamPath(route)?.replaceAll(/\{\w+\}/g, 'x');
      if (twin !== undefined) expect(judge.operationOf(route.method, twin)).toBe(name);
      return name;
    });
    expect(operations).not.toContain(null);
    expect(new Set(operations).size).toBe(judge.operations().length);
  });

  it.each(SUPPLEMENTS.map((supplement) => [supplement.operation, supplement] as const))(
    'the supplement to %s is still needed',
    (_operation, supplement) => {
      const without = new FactsJudge(SUPPLEMENTS.filter((other) => other !== supplement));
      expect(problems(without)).not.toEqual([]);
    },
  );
});

describe('the judge', () => {
  const judge = new FactsJudge();
  const patch = 'services/deployment/app';

  it.each([
    ['a path that nobody has published', 'GET', '/projects/p/machines', undefined],
    ['a misspelt field', 'PATCH', `/projects/p/${patch}`, { billing: { plan: 'nf-compute-400' } }],
    ['a size that is a text', 'POST', '/projects/p/volumes/v', { spec: { storageSize: '20480' } }],
    ['a name that no slug comes from', 'POST', '/projects', { name: 'a_b', region: 'europe-west' }],
    ['a volume without a spec', 'POST', '/projects/p/volumes', { name: 'data', mounts: [] }],
    ['a name of a volume that is too long', 'POST', '/projects/p/volumes', { name: 'v'.repeat(40) }],
    ['a service without a plan', 'POST', '/projects/p/services/deployment', { name: 'app' }],
    ['a body where none belongs', 'POST', '/projects/p/services/app/pause', {}],
    ['a query that nobody has published', 'GET', '/projects/p?verbose=true', undefined],
    ['a word for a boolean', 'DELETE', '/projects/p/services/app?delete_child_objects=yes', undefined],
  ])('finds %s in a request', (_what, method, path, body) => {
    expect(judge.judgeRequest(method, path, body)).not.toEqual([]);
  });

  it('takes paths with /v1, with a team and with pages', () => {
    expect(judge.judgeRequest('GET', '/v1/teams/my-team/projects/p/volumes?per_page=5', undefined)).toEqual(
      [],
    );
  });

  it.each([
    ['a field that is not published', { paused: true }],
    ['a field of another type', { id: 7 }],
    ['a word that is not published', { serviceType: 'machine' }],
    ['a missing field', { servicePaused: undefined }],
  ])('finds %s in an answer', (_what, changes) => {
    const service = records.find(
      ({ method, path, status }) => method === 'GET' && path === SERVICE && status === 200,
    );
    const data = { ...Object(field(JSON.parse(service?.answerText ?? '{}'), 'data')), ...changes };
    expect(service && judge.judge(service)).toEqual([]);
    expect(service && judge.judge({ ...service, answerText: JSON.stringify({ data }) })).not.toEqual([]);
  });

  it.each([
    ['a list without its pages', '/projects', { data: { projects: [] } }],
    ['a field beside the data', PROJECT, { data: {}, ok: true }],
    ['a refusal without its envelope', '/projects/absent', { message: 'not found' }],
    ['a refusal of another status', '/projects/absent', { error: { status: 400, message: 'not found' } }],
  ])('finds %s', (_what, path, body) => {
    const found = records.find((one) => one.method === 'GET' && one.path === path);
    expect(found && judge.judge(found)).toEqual([]);
    const problems = found && judge.judge({ ...found, answerText: JSON.stringify(body) });
    expect(problems?.join()).toMatch(/pagination|"ok"|'error'|status/);
  });
});
