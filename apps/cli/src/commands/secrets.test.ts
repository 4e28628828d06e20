import { expect, it } from 'vitest';
import { INSTANCE_ID, OTHER_INSTANCE_ID } from '../testing/answers.ts';
import { run } from '../testing/run.ts';
import { useControlPlane } from '../testing/with-control-plane.ts';

const site = useControlPlane();

const PAGE = { currentKeyId: 'k2', instances: 100, keys: { k2: 150 }, resealed: 150, failed: [] };

it('a rotation goes over every page, tells of it on the way, and adds up in the end', async () => {
  site().fake.on(
    'POST /reseal',
    { body: { ...PAGE, nextCursor: INSTANCE_ID } },
    { body: { ...PAGE, instances: 7, keys: { k2: 8, k1: 1 }, resealed: 8, nextCursor: null } },
  );
  const { exitCode, stdout, stderr } = await site().run(['secrets', 'rotate']);
  expect(exitCode).toBe(0);
  expect(site().fake.asked.map(({ body }) => body)).toEqual([{}, { cursor: INSTANCE_ID }]);
  expect(stderr).toContain('100 instances, 150 texts sealed anew');
  expect(stdout).toContain('107 instances asked, 158 texts sealed anew.');
  expect(stdout).toMatch(/k1 .*1 .*still needed/);
  expect(stdout).toContain('Keep every key that is listed');
});

it('a rotation that is over says that the old keys can go', async () => {
  site().fake.on('POST /reseal', { body: { ...PAGE, nextCursor: null } });
  const { stdout } = await site().run(['secrets', 'rotate']);
  expect(stdout).toContain('Every key but the current one can be taken out of KILOCLAW_ENCRYPTION_KEYS.');
});

it('a rotation that an instance has not answered ends with 4, and names it', async () => {
  const failed = [{ instanceId: OTHER_INSTANCE_ID, userId: 'alice', code: 'overloaded' }];
  site().fake.on('POST /reseal', { body: { ...PAGE, failed, nextCursor: null } });
  const { exitCode, stdout } = await site().run(['secrets', 'rotate']);
  expect(exitCode).toBe(4);
  expect(stdout).toContain(OTHER_INSTANCE_ID);
  expect(stdout).not.toContain('can be taken out');
});

it('a key is made without a control plane, another one each time, and can stand in the setting', async () => {
  const made = await Promise.all(
    [1, 2].map(() => run(['keys', 'create', '--name', 'ci', '--scope', 'read', '--json'])),
  );
  const [first, second] = made.map((result) => result.json() as { key: string; entry: string });
  expect(first?.entry).toMatch(/^ci:read:[0-9a-f]{64}$/);
  expect(first?.entry).toBe(`ci:read:${first?.key}`);
  expect(first?.key).not.toBe(second?.key);
  expect(made[0]?.stderr).toContain('KILOCLAW_API_KEYS');
  expect((await run(['keys', 'create', '--name', 'c:i', '--scope', 'read'])).exitCode).toBe(2);
});
