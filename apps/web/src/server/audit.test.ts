import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audited } from './audit.ts';
import { openTestWeb, type TestWeb } from './testing/test-web.ts';
import { Refusal } from './trpc/failures.ts';

const ACT = { action: 'change_role', targetUserId: 'bob', before: 'customer', after: 'admin' } as const;

let cluster: TestCluster;
let web: TestWeb;
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  web = await openTestWeb(cluster);
});
afterEach(() => web.close());
afterAll(() => cluster?.stop());

const context = () => ({
  registry: web.registry,
  requestId: 'request-1',
  ip: '192.0.2.1',
  user: { userId: 'alice', role: 'admin' as const },
});
const rows = () =>
  web.sql(`
  SELECT id, actor_id, actor_kind, target_user_id, request_id, ip, outcome, before #>> '{}' AS before,
    after #>> '{}' AS after, metadata ->> 'code' AS code
  FROM audit_log ORDER BY at, outcome = 'requested' DESC`);

describe('an audited act', () => {
  it('has its request on record before anything is done, and its outcome afterwards', async () => {
    const value = await audited(context(), ACT, async () => {
      expect(await rows()).toMatchObject([{ outcome: 'requested', before: 'customer', after: null }]);
      return 'done';
    });
    expect(value).toBe('done');
    const [requested, succeeded] = await rows();
    expect(requested).toMatchObject({
      actor_id: 'alice',
      actor_kind: 'admin',
      target_user_id: 'bob',
      ip: '192.0.2.1',
    });
    expect(succeeded).toMatchObject({ outcome: 'succeeded', after: 'admin', request_id: 'request-1' });
    expect(String(succeeded?.id).split(':')[0]).toBe(String(requested?.id).split(':')[0]);
  });

  it('that is refused leaves the code on record and throws the refusal on', async () => {
    const refusal = new Refusal('last_admin', 'Nobody else could administer.');
    await expect(audited(context(), ACT, () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(await rows()).toMatchObject([
      { outcome: 'requested' },
      { outcome: 'failed', after: null, code: 'last_admin' },
    ]);
  });

  it('is not done where its request can’t be written', async () => {
    await web.sql('REVOKE INSERT ON audit_log FROM kiloclaw_web');
    let done = false;
    const attempt = audited(context(), ACT, async () => {
      done = true;
    });
    await expect(attempt).rejects.toThrow();
    expect(done).toBe(false);
  });

  it('keeps its value where the outcome can’t be written any more', async () => {
    const value = await audited(context(), ACT, async () => {
      await web.sql('REVOKE INSERT ON audit_log FROM kiloclaw_web');
      return 'done';
    });
    expect(value).toBe('done');
    expect(await rows()).toMatchObject([{ outcome: 'requested' }]);
  });
});
