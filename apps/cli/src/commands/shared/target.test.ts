import { describe, expect, it } from 'vitest';
import {
  apiError,
  debugView,
  INSTANCE_ID,
  instancePage,
  listedInstance,
  OTHER_INSTANCE_ID,
} from '../../testing/answers.ts';
import { useControlPlane } from '../../testing/with-control-plane.ts';

const site = useControlPlane();
const get = (...args: readonly string[]) => site().run(['instances', 'get', ...args]);
const SANDBOX_ID = `kc-${INSTANCE_ID.replaceAll('-', '')}`;

describe('an instance', () => {
  it.each([INSTANCE_ID, INSTANCE_ID.toUpperCase(), SANDBOX_ID])(
    'that is named with its owner needs no registry: %s',
    async (instance) => {
      site().fake.on('GET /debug-status', { body: debugView() });
      expect((await get(instance, '--user', 'alice')).exitCode).toBe(0);
      expect(site().calls()).toEqual(['GET /debug-status']);
      expect(site().last().query).toEqual({ userId: 'alice', instanceId: INSTANCE_ID });
    },
  );

  it.each([INSTANCE_ID, SANDBOX_ID, 'Alice’s box'])(
    'without its owner is looked up: %s',
    async (instance) => {
      site().fake.on('GET /debug-status', { body: debugView() });
      // What only resembles it is found as well.
      const other = listedInstance({ instanceId: OTHER_INSTANCE_ID, userId: 'bob', name: 'Alice’s box 2' });
      site().fake.on('GET /instances', { body: instancePage(other, listedInstance()) });
      expect((await get(instance)).exitCode).toBe(0);
      expect(site().last().query).toEqual({ userId: 'alice', instanceId: INSTANCE_ID });
    },
  );

  it('whose name two bear is not guessed', async () => {
    const other = listedInstance({ instanceId: OTHER_INSTANCE_ID, userId: 'bob' });
    site().fake.on('GET /instances', { body: instancePage(listedInstance(), other) });
    const done = await get('Alice’s box', '--json');
    expect([done.exitCode, site().calls()]).toEqual([1, ['GET /instances']]);
    expect(done.json()).toMatchObject({ error: { code: 'instance_ambiguous' } });
    expect(done.stderr).toContain(`${OTHER_INSTANCE_ID} of bob`);
    expect(done.stderr).toContain('--user');
  });

  it('whose name another bears on a later page is not guessed', async () => {
    const other = listedInstance({ instanceId: OTHER_INSTANCE_ID, userId: 'bob' });
    const first = { ...instancePage(listedInstance()), nextCursor: 'second' };
    site().fake.on('GET /instances', { body: first }, { body: instancePage(other) });
    const done = await get('Alice’s box', '--json');
    expect([done.exitCode, done.json()]).toMatchObject([1, { error: { code: 'instance_ambiguous' } }]);
    expect(done.stderr).toContain(`${OTHER_INSTANCE_ID} of bob`);
  });

  it('whose name too many resemble to see whether another bears it is not guessed', async () => {
    site().fake.on('GET /instances', { body: { ...instancePage(listedInstance()), nextCursor: 'more' } });
    const done = await get('Alice’s box', '--json');
    expect([done.exitCode, done.json()]).toMatchObject([1, { error: { code: 'instance_ambiguous' } }]);
    expect(done.stderr).toContain('--user');
  });

  it('that nobody knows is refused, also where others resemble it', async () => {
    site().fake.on('GET /instances', { body: instancePage(listedInstance()) });
    const done = await get('Alice', '--user', 'alice');
    expect([done.exitCode, done.stderr]).toEqual([
      1,
      expect.stringContaining("no instance 'Alice' of alice"),
    ]);
    expect(site().last().query).toMatchObject({ q: 'Alice', userId: 'alice' });
  });

  it('can’t be looked up while the registry is away: its owner has to be given', async () => {
    site().fake.on('GET /instances', { status: 503, body: apiError('registry_unavailable', 'Away.') });
    const done = await get(INSTANCE_ID);
    expect([done.exitCode, done.stderr]).toEqual([3, expect.stringContaining('--user ID')]);
  });
});
