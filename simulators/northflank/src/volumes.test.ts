import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { field, Harness, text } from './testing/harness.ts';

const PROJECT = 'storing';
const VOLUMES = `/projects/${PROJECT}/volumes`;
const DATA = `${VOLUMES}/data`;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start();
  await harness.project(PROJECT);
});

afterEach(() => harness.stop());

const settings = (patch: object) => harness.control('POST', '/settings', patch);
const create = (body: object) =>
  harness.api('POST', VOLUMES, {
    name: 'data',
    mounts: [{ containerMountPath: '/data' }],
    spec: { accessMode: 'ReadWriteOnce', storageSize: 10_240 },
    ...body,
  });
const grow = (storageSize: number) => harness.api('POST', DATA, { spec: { storageSize } });
const shownSize = async () => field(await harness.read(DATA), 'spec.storageSize');
const attach = (volume: string, service: string) =>
  harness.api('POST', `${VOLUMES}/${volume}/attach`, { nfObject: { id: service, type: 'service' } });
const detach = (volume: string, service: string) =>
  harness.api('POST', `${VOLUMES}/${volume}/detach`, { nfObject: { id: service, type: 'service' } });
const attached = async (volume: string) =>
  field(await harness.read(`${VOLUMES}/${volume}`), 'attachedObjects');
const since = async (service: string) =>
  text(
    await harness.read(`/projects/${PROJECT}/services/${service}`),
    'status.deployment.lastTransitionTime',
  );

describe('a new volume', () => {
  it('has the class of its access mode, and is bound after a while', async () => {
    await settings({ volumeBindMs: 100 });
    const answer = await create({});
    expect(answer.body).toMatchObject({
      data: {
        id: 'data',
        spec: { accessMode: 'ReadWriteOnce', storageClassName: 'ssd', storageSize: 10_240 },
        attachedObjects: [],
        status: 'PENDING',
      },
    });
    harness.clock.move(99);
    expect(field(await harness.read(DATA), 'status')).toBe('PENDING');
    harness.clock.move(1);
    expect(field(await harness.read(DATA), 'status')).toBe('BOUND');
  });

  it.each([
    [
      'a path in the container that is relative',
      { mounts: [{ containerMountPath: 'data' }] },
      'mounts.0.containerMountPath',
    ],
    [
      'a path in the volume that leaves it',
      { mounts: [{ containerMountPath: '/data', volumeMountPath: 'a/../b' }] },
      'mounts.0.volumeMountPath',
    ],
    [
      'a path in the volume that is absolute',
      { mounts: [{ containerMountPath: '/data', volumeMountPath: '/a' }] },
      'mounts.0.volumeMountPath',
    ],
    [
      'one path twice',
      { mounts: [{ containerMountPath: '/data' }, { containerMountPath: '/data' }] },
      'mounts',
    ],
    [
      'a size in halves',
      { spec: { accessMode: 'ReadWriteOnce', storageSize: 10_240.5 } },
      'spec.storageSize',
    ],
    [
      'a size below its class',
      { spec: { accessMode: 'ReadWriteOnce', storageSize: 4095 } },
      'spec.storageSize',
    ],
    [
      'a size below a class for many',
      { spec: { accessMode: 'ReadWriteMany', storageSize: 5119 } },
      'spec.storageSize',
    ],
    [
      'a size above its class',
      { spec: { accessMode: 'ReadWriteOnce', storageSize: 1024 * 1024 + 1 } },
      'spec.storageSize',
    ],
    [
      'an unknown class',
      { spec: { accessMode: 'ReadWriteOnce', storageSize: 10_240, storageClassName: 'tape' } },
      'spec.storageClassName',
    ],
    [
      'a class of another access mode',
      { spec: { accessMode: 'ReadWriteMany', storageSize: 10_240, storageClassName: 'ssd' } },
      'spec.accessMode',
    ],
    ['a copy', { source: { type: 'volume', sourceId: 'other' } }, 'source'],
    ['a tag that is not defined', { tags: ['mine'] }, 'tags'],
  ])('is refused %s', async (_what, body, name) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(field(answer.body, 'error.details')).toHaveProperty([name]);
  });

  it('takes tags that are defined, or any', async () => {
    await settings({ definedTags: ['mine'] });
    expect(field((await create({ tags: ['mine'] })).body, 'data.tags')).toEqual(['mine']);
    await settings({ definedTags: null });
    expect((await create({ name: 'other', tags: ['unheard-of'] })).status).toBe(200);
  });

  it('is refused where the id that its name gives is taken, in its project alone', async () => {
    await create({});
    expect((await create({ name: 'DATA' })).status).toBe(409);
    await harness.project('elsewhere');
    await harness.volume('elsewhere', 'data');
  });

  it('knows sizes in steps where the settings have them', async () => {
    await settings({
      storageClasses: {
        ssd: { accessModes: ['ReadWriteOnce'], minSizeMb: 1024, maxSizeMb: 10_240, stepMb: 1024 },
      },
    });
    expect((await create({ spec: { accessMode: 'ReadWriteOnce', storageSize: 1500 } })).status).toBe(400);
    expect((await create({ spec: { accessMode: 'ReadWriteOnce', storageSize: 2048 } })).status).toBe(200);
  });
});

describe('growth', () => {
  beforeEach(() => create({}));

  it('is accepted with an empty answer, and shown', async () => {
    const answer = await grow(20_480);
    expect([answer.status, answer.body]).toEqual([200, { data: {} }]);
    expect(await shownSize()).toBe(20_480);
  });

  it('is refused downwards, with the status that is set, and changes nothing', async () => {
    await grow(20_480);
    for (const shrinkStatus of [400, 409, 422]) {
      await settings({ shrinkStatus });
      expect((await grow(10_240)).status).toBe(shrinkStatus);
    }
    expect(await shownSize()).toBe(20_480);
  });

  it('to the same size is a success, or refused where the settings say so', async () => {
    expect((await grow(10_240)).status).toBe(200);
    await settings({ acceptsSameSize: false });
    expect((await grow(10_240)).status).toBe(400);
  });

  it('is refused above what the class offers', async () => {
    expect((await grow(1024 * 1024 + 1)).status).toBe(400);
  });

  it('shows the old size for a while where the settings say so, and grows from the new one', async () => {
    await settings({ volumeGrowMs: 100 });
    await grow(20_480);
    expect(await shownSize()).toBe(10_240);
    expect((await grow(15_360)).status).toBe(400);
    harness.clock.move(100);
    expect(await shownSize()).toBe(20_480);
  });

  it.each([true, false])(
    'redeploys what it is attached to where the settings say %s',
    async (growthRedeploys) => {
      await settings({ growthRedeploys });
      await harness.service(PROJECT, 'app', { createOptions: { volumesToAttach: ['data'] } });
      const before = await since('app');
      await grow(20_480);
      expect((await since('app')) !== before).toBe(growthRedeploys);
    },
  );

  it('keeps the mounts, and other mounts keep the size', async () => {
    await grow(20_480);
    await harness.api('POST', DATA, { mounts: [{ containerMountPath: '/files', volumeMountPath: 'a/b' }] });
    const { body } = await harness.control('GET', '/state');
    expect(field(body, 'volumes.0')).toMatchObject({
      spec: { storageSize: 20_480 },
      mounts: [{ containerMountPath: '/files', volumeMountPath: 'a/b' }],
    });
  });
});

describe('attaching', () => {
  beforeEach(async () => {
    await create({});
    await harness.service(PROJECT, 'app');
    await harness.service(PROJECT, 'other');
  });

  it('redeploys the service, and so does detaching', async () => {
    const before = await since('app');
    expect((await attach('data', 'app')).body).toEqual({ data: {} });
    const between = await since('app');
    expect(between).not.toBe(before);
    expect(await attached('data')).toEqual([{ id: 'app', type: 'service' }]);
    expect((await detach('data', 'app')).status).toBe(200);
    expect(await since('app')).not.toBe(between);
    expect(await attached('data')).toEqual([]);
  });

  it('again is a success and changes nothing; detaching what is not attached is refused', async () => {
    await attach('data', 'app');
    const before = await since('app');
    expect((await attach('data', 'app')).status).toBe(200);
    expect(await since('app')).toBe(before);
    expect((await detach('data', 'other')).status).toBe(409);
  });

  it('takes the older name of its field', async () => {
    const owningObject = { id: 'app', type: 'service' };
    expect((await harness.api('POST', `${DATA}/attach`, { owningObject })).status).toBe(200);
    expect((await harness.api('POST', `${DATA}/attach`, {})).status).toBe(400);
    expect(
      (await create({ name: 'second', mounts: [{ containerMountPath: '/second' }], owningObject })).status,
    ).toBe(200);
    expect(await attached('second')).toEqual([owningObject]);
  });

  it('a ReadWriteOnce volume goes to one service alone, a ReadWriteMany one to several', async () => {
    await attach('data', 'app');
    expect((await attach('data', 'other')).status).toBe(409);
    await create({
      name: 'shared',
      mounts: [{ containerMountPath: '/shared' }],
      spec: { accessMode: 'ReadWriteMany', storageSize: 10_240 },
    });
    expect((await attach('shared', 'app')).status).toBe(200);
    expect((await attach('shared', 'other')).status).toBe(200);
    expect(await attached('shared')).toHaveLength(2);
  });

  it('is refused for two instances, at one path with another, and of what is not there', async () => {
    const patch = `/projects/${PROJECT}/services/deployment/app`;
    await harness.api('PATCH', patch, { deployment: { instances: 2 } });
    expect((await attach('data', 'app')).status).toBe(400);
    await harness.api('PATCH', patch, { deployment: { instances: 1 } });
    await attach('data', 'app');
    expect((await harness.api('PATCH', patch, { deployment: { instances: 2 } })).status).toBe(400);
    await create({ name: 'clash' });
    expect((await attach('clash', 'app')).status).toBe(409);
    expect((await attach('clash', 'absent')).status).toBe(404);
    expect((await attach('absent', 'app')).status).toBe(404);
    const job = { nfObject: { id: 'app', type: 'job' } };
    expect((await harness.api('POST', `${VOLUMES}/clash/attach`, job)).status).toBe(404);
  });
});

describe('deletion', () => {
  beforeEach(() => create({}));

  it('is refused while it is attached, also to a paused service', async () => {
    await harness.service(PROJECT, 'app', { createOptions: { volumesToAttach: ['data'] } });
    await harness.api('POST', `/projects/${PROJECT}/services/app/pause`);
    const answer = await harness.api('DELETE', DATA);
    expect([answer.status, text(answer.body, 'error.message')]).toEqual([
      409,
      'The volume is attached to app: detach it first.',
    ]);
    await detach('data', 'app');
    expect((await harness.api('DELETE', DATA)).status).toBe(200);
    expect(await harness.read(DATA)).toBeNull();
  });

  it('takes a while, in which it is read and its name is taken', async () => {
    await settings({ volumeDeleteMs: 100 });
    await harness.api('DELETE', DATA);
    expect(await harness.read(DATA)).not.toBeNull();
    expect((await harness.api('DELETE', DATA)).status).toBe(200);
    expect((await grow(20_480)).status).toBe(409);
    expect((await create({})).status).toBe(409);
    harness.clock.move(100);
    expect(await harness.read(DATA)).toBeNull();
    expect((await create({})).status).toBe(200);
  });
});
