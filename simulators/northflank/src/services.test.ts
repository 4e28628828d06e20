import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { field, Harness, serviceBody, text } from './testing/harness.ts';

const PROJECT = 'serving';
const SERVICES = `/projects/${PROJECT}/services`;
const SERVICE = `${SERVICES}/app`;
const PATCH = `${SERVICES}/deployment/app`;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.project(PROJECT);
});

afterEach(() => harness.stop());

const settings = (patch: object) => harness.control('POST', '/settings', patch);
const create = (changes: object = {}) =>
  harness.api('POST', `${SERVICES}/deployment`, { ...serviceBody('app'), ...changes });
const patch = (body: object) => harness.api('PATCH', PATCH, body);
const deployment = (changes: object) => ({
  deployment: { instances: 1, external: { imagePath: 'nginx:latest' }, ...changes },
});
const port = (changes: object) => ({
  ports: [{ name: 'p01', internalPort: 8080, protocol: 'HTTP', ...changes }],
});

describe('a new service', () => {
  it('tells its public host from the create answer on', async () => {
    const dns = 'p01--app--serving--sandbox-team.code.run';
    const answer = await create(port({ public: true }));
    expect(field(answer.body, 'data.ports.0.dns')).toBe(dns);
    expect(field(await harness.read(SERVICE), 'ports.0')).toMatchObject({
      dns,
      public: true,
      internalPort: 8080,
    });
    await patch(port({ public: false }));
    expect(field(await harness.read(SERVICE), 'ports.0.dns')).toBeUndefined();
  });

  it('is read without its environment, and with the image apart from its registry', async () => {
    await create({ runtimeEnvironment: { TOKEN: 'not-told' } });
    const answer = await harness.api('GET', SERVICE);
    expect(answer.text).not.toContain('not-told');
    expect(field(answer.body, 'data.deployment')).toMatchObject({
      region: 'europe-west',
      instances: 1,
      external: { imagePath: 'team/app:v1', registryProvider: 'custom', privateImage: false },
      imageUrl: 'registry.example.com/team/app:v1',
      gracePeriodSeconds: 30,
    });
  });

  it('of the library of images has no registry in its path', async () => {
    await create(deployment({}));
    expect(field(await harness.read(`${SERVICE}/deployment`), 'external')).toMatchObject({
      imagePath: 'nginx:latest',
      registryProvider: 'dockerhub',
    });
  });

  it('is listed without plan, pause and deployment', async () => {
    await create({ description: 'one of them' });
    const listed = field(await harness.read(SERVICES), 'services.0');
    expect(listed).toMatchObject({ id: 'app', projectId: PROJECT, description: 'one of them' });
    expect(Object.keys(Object(listed))).not.toContain('billing');
    expect(Object.keys(Object(listed))).not.toContain('servicePaused');
  });

  it('has its volumes from the first container on', async () => {
    await harness.volume(PROJECT, 'data');
    expect((await create({ createOptions: { volumesToAttach: ['data', 'absent'] } })).status).toBe(404);
    expect(field(await harness.read(`/projects/${PROJECT}/volumes/data`), 'attachedObjects')).toEqual([]);
    expect((await create({ createOptions: { volumesToAttach: ['data'] } })).status).toBe(200);
    expect(field(await harness.read(`/projects/${PROJECT}/volumes/data`), 'attachedObjects')).toHaveLength(1);
    const second = { name: 'second', createOptions: { volumesToAttach: ['data'] } };
    expect((await create(second)).status).toBe(409);
  });

  it.each([
    ['a name that is too long', { name: 'a'.repeat(55) }, 'name'],
    ['no plan', { billing: {} }, 'billing.deploymentPlan'],
    ['no image', { deployment: { instances: 1 } }, 'deployment.external'],
    ['no instances', { deployment: { external: { imagePath: 'x:1' } } }, 'deployment.instances'],
    ['half an instance', deployment({ instances: 0.5 }), 'deployment.instances'],
    [
      'an image without a tag',
      deployment({ external: { imagePath: 'nginx' } }),
      'deployment.external.imagePath',
    ],
    ['an end that is too quick', deployment({ gracePeriodSeconds: 14 }), 'deployment.gracePeriodSeconds'],
    [
      'a disk that is too small',
      deployment({ storage: { ephemeralStorage: { storageSize: 512 } } }),
      'deployment.storage.ephemeralStorage.storageSize',
    ],
    ['a build', deployment({ internal: { id: 'build' } }), 'deployment.internal'],
    [
      'a command without its kind',
      deployment({ docker: { customCommand: 'x' } }),
      'deployment.docker.configType',
    ],
    ['a name of a port that is too long', port({ name: 'p23456789' }), 'ports.0.name'],
    ['a port that is none', port({ internalPort: 70_000 }), 'ports.0.internalPort'],
    ['a protocol that is none', port({ protocol: 'SMTP' }), 'ports.0.protocol'],
    ['two ports of one name', { ports: [...port({}).ports, ...port({}).ports] }, 'ports'],
    ['a variable that is no text', { runtimeEnvironment: { PORT: 8080 } }, 'runtimeEnvironment.PORT'],
    [
      'a check without times',
      { healthChecks: [{ protocol: 'TCP', type: 'livenessProbe' }] },
      'healthChecks.0.initialDelaySeconds',
    ],
    ['an end of its own', { createOptions: { expiryTime: 600 } }, 'createOptions.expiryTime'],
    ['a tag that is not defined', { tags: ['mine'] }, 'tags'],
  ])('is refused %s, and names the field', async (_what, changes, name) => {
    const answer = await create(changes);
    expect(answer.status).toBe(400);
    expect(field(answer.body, 'error.details')).toHaveProperty([name]);
    expect(await harness.read(SERVICE)).toBeNull();
  });

  it('of an unknown plan is refused with the status that is set', async () => {
    const unknown = { billing: { deploymentPlan: 'nf-compute-9' } };
    expect((await create(unknown)).status).toBe(400);
    await settings({ unknownPlanStatus: 404 });
    expect((await create(unknown)).status).toBe(404);
    await create();
    expect((await patch(unknown)).status).toBe(404);
    expect(text(await harness.read(SERVICE), 'billing.deploymentPlan')).toBe('nf-compute-100-4');
  });

  it('of an image that the registry does not have is refused, and so is a change to one', async () => {
    await settings({ missingImages: ['nginx:latest'] });
    const answer = await create(deployment({}));
    expect([answer.status, text(answer.body, 'error.message')]).toEqual([
      400,
      'Unable to verify external image',
    ]);
    await create();
    expect((await patch(deployment({}))).status).toBe(400);
    expect((await harness.api('POST', `${SERVICE}/deployment`, deployment({}).deployment)).status).toBe(400);
  });

  it.each([['registry.example.com:5000/team/app:v1.2'], ['ghcr.io/team/app@sha256:0f1e'], ['nginx:latest']])(
    'takes the image %s',
    async (imagePath) => {
      expect((await create(deployment({ external: { imagePath } }))).status).toBe(200);
    },
  );

  it('with a strategy is refused unless the account has that', async () => {
    const strategy = deployment({ strategy: { type: 'recreate' } });
    expect((await create(strategy)).status).toBe(403);
    await settings({ allowsStrategy: true });
    expect((await create(strategy)).status).toBe(200);
    expect(field(await harness.read(SERVICE), 'deployment.strategy')).toEqual({ type: 'recreate' });
  });

  it('is answered with 200, or with 201 where the settings say so', async () => {
    expect((await create()).status).toBe(200);
    await settings({ createdStatus: 201 });
    expect((await create({ name: 'second' })).status).toBe(201);
    expect((await harness.api('PUT', `${SERVICES}/deployment`, serviceBody('app'))).status).toBe(200);
  });

  it('is refused where the id that its name gives is taken', async () => {
    await create();
    expect((await create({ name: 'App' })).status).toBe(409);
  });
});

describe('changes', () => {
  beforeEach(() =>
    create({ ...port({ public: true }), runtimeEnvironment: { A: '1' }, description: 'before' }),
  );

  it('leave alone what they do not name', async () => {
    await patch({ billing: { deploymentPlan: 'nf-compute-400' } });
    const { body } = await harness.control('GET', '/state');
    expect(field(body, 'services.0')).toMatchObject({
      description: 'before',
      runtimeEnvironment: { A: '1' },
      deployment: { imageUrl: 'registry.example.com/team/app:v1' },
      ports: [{ name: 'p01' }],
    });
  });

  it('replace an environment whole, and keep the id of a port that stays', async () => {
    const portId = text(await harness.read(SERVICE), 'ports.0.id');
    await patch({ runtimeEnvironment: { B: '2' }, ...port({ internalPort: 9090, public: true }) });
    const { body } = await harness.control('GET', '/state');
    expect(field(body, 'services.0.runtimeEnvironment')).toEqual({ B: '2' });
    expect(field(body, 'services.0.ports.0')).toMatchObject({ id: portId, internalPort: 9090 });
  });

  it('of a deployment need its instances, unless the settings say otherwise', async () => {
    const image = { deployment: { external: { imagePath: 'nginx:latest' } } };
    expect((await patch(image)).status).toBe(400);
    await settings({ patchNeedsInstances: false });
    expect((await patch(image)).status).toBe(200);
    expect(field(await harness.read(SERVICE), 'deployment')).toMatchObject({
      instances: 1,
      imageUrl: 'docker.io/nginx:latest',
    });
  });

  it('by PUT make it or change it', async () => {
    const body = { ...serviceBody('app'), billing: { deploymentPlan: 'nf-compute-200' } };
    expect((await harness.api('PUT', `${SERVICES}/deployment`, body)).status).toBe(200);
    expect(text(await harness.read(SERVICE), 'billing.deploymentPlan')).toBe('nf-compute-200');
    expect((await harness.api('PUT', `${SERVICES}/deployment`, { ...body, name: 'new one' })).status).toBe(
      200,
    );
    expect(await harness.read(`${SERVICES}/new-one`)).not.toBeNull();
  });

  it('by the deprecated scale work as by PATCH, with an empty answer', async () => {
    const answer = await harness.api('POST', `${SERVICE}/scale`, {
      instances: 2,
      deploymentPlan: 'nf-compute-200',
    });
    expect([answer.status, answer.body]).toEqual([200, { data: {} }]);
    expect(await harness.read(SERVICE)).toMatchObject({
      billing: { deploymentPlan: 'nf-compute-200' },
      deployment: { instances: 2 },
    });
    expect(await harness.containersOf(PROJECT, 'app')).toEqual(['TASK_RUNNING', 'TASK_RUNNING']);
  });

  it('of the image alone have a call of their own', async () => {
    const external = { imagePath: 'nginx:1' };
    expect((await harness.api('POST', `${SERVICE}/deployment`, { external })).status).toBe(200);
    expect(field(await harness.read(SERVICE), 'deployment.imageUrl')).toBe('docker.io/nginx:1');
    expect((await harness.api('POST', `${SERVICE}/deployment`, {})).status).toBe(400);
  });

  it.each(['PATCH', 'DELETE'])('of what is not there are 404: %s', async (method) => {
    const path = method === 'PATCH' ? `${SERVICES}/deployment/absent` : `${SERVICES}/absent`;
    expect((await harness.api(method, path, {})).status).toBe(404);
  });
});

describe('stopping and starting', () => {
  const power = (verb: string, body?: object) => harness.api('POST', `${SERVICE}/${verb}`, body);

  beforeEach(() => create());

  it('instances 0 ends the containers, and reads COMPLETED again', async () => {
    await patch({ deployment: { instances: 0 } });
    expect([await harness.statusOf(PROJECT, 'app'), await harness.containersOf(PROJECT, 'app')]).toEqual([
      'COMPLETED',
      [],
    ]);
    expect(field(await harness.read(SERVICE), 'servicePaused')).toBe(false);
    await patch({ deployment: { instances: 1 } });
    expect(await harness.containersOf(PROJECT, 'app')).toEqual(['TASK_RUNNING']);
  });

  it('a pause keeps the configuration, and a resume starts it', async () => {
    expect((await power('pause')).body).toEqual({ data: {} });
    expect(await harness.read(SERVICE)).toMatchObject({ servicePaused: true, deployment: { instances: 1 } });
    expect(await harness.containersOf(PROJECT, 'app')).toEqual([]);
    expect((await power('resume', {})).status).toBe(200);
    expect(field(await harness.read(SERVICE), 'servicePaused')).toBe(false);
    expect(await harness.containersOf(PROJECT, 'app')).toEqual(['TASK_RUNNING']);
  });

  it('a resume of what is not paused is refused; without a body it is understood', async () => {
    expect((await power('resume')).status).toBe(409);
    await power('pause');
    expect((await power('resume')).status).toBe(200);
  });

  it('a resume may set instances and switches', async () => {
    await power('pause');
    await power('resume', { instances: 2, disabledCI: true });
    expect(await harness.read(SERVICE)).toMatchObject({ disabledCI: true, deployment: { instances: 2 } });
    expect(await harness.containersOf(PROJECT, 'app')).toHaveLength(2);
  });

  it('a second pause is a success, or refused where the settings say so', async () => {
    await power('pause');
    expect((await power('pause')).status).toBe(200);
    await settings({ acceptsRepeatedPause: false });
    expect((await power('pause')).status).toBe(409);
  });

  it('a paused service stays so whatever a PATCH says, and is not restarted', async () => {
    await power('pause');
    await patch({ deployment: { instances: 2 }, billing: { deploymentPlan: 'nf-compute-400' } });
    expect(await harness.containersOf(PROJECT, 'app')).toEqual([]);
    expect(field(await harness.read(SERVICE), 'servicePaused')).toBe(true);
    expect((await power('restart')).status).toBe(409);
  });
});

describe('deletion', () => {
  beforeEach(async () => {
    await harness.volume(PROJECT, 'data');
    await create({ createOptions: { volumesToAttach: ['data'] } });
    await settings({ serviceDeleteMs: 100 });
  });

  const volume = () => harness.read(`/projects/${PROJECT}/volumes/data`);

  it('takes a while, in which it is read, keeps its volume and takes no change', async () => {
    await harness.api('DELETE', SERVICE);
    expect(await harness.read(SERVICE)).not.toBeNull();
    expect(field(await volume(), 'attachedObjects')).toHaveLength(1);
    expect((await patch({ description: 'late' })).status).toBe(409);
    expect((await harness.api('DELETE', `/projects/${PROJECT}/volumes/data`)).status).toBe(409);
    harness.clock.move(100);
    expect(await harness.read(SERVICE)).toBeNull();
    expect(field(await volume(), 'attachedObjects')).toEqual([]);
  });

  it('takes its volumes along where it is told to', async () => {
    await harness.api('DELETE', `${SERVICE}?delete_child_objects=true`);
    harness.clock.move(100);
    expect(await volume()).toBeNull();
  });
});
