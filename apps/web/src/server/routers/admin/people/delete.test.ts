import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { ROUTES, type ScrubPersonAnswer } from '@kiloclaw/platform-contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../../testing/browser.ts';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../../../testing/test-web.ts';

const INSTANCE_ID = '00000000-0000-4000-8000-000000000001';
const ANSWER: ScrubPersonAnswer = {
  userId: 'bob',
  sessionsEnded: 0,
  instancesDestroyed: 0,
  overridesCleared: 0,
  overridesAnonymised: 0,
  operationsScrubbed: 0,
  auditRowsScrubbed: 0,
  pending: [INSTANCE_ID],
  pendingCount: 1,
  isFinished: false,
};

let cluster: TestCluster;
let web: TestWeb;
let admin: Browser;
/** What the control plane was asked, and what it answers. */
let asked: { path: string; body: unknown; prefer: string | null }[];
let answer: () => Response;

beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  asked = [];
  answer = () => Response.json(ANSWER, { status: 202 });
  web = await openTestWeb(cluster, {
    controlPlane: async (request) => {
      const { pathname: path } = new URL(request.url);
      asked.push({ path, body: await request.json(), prefer: request.headers.get('prefer') });
      return answer();
    },
  });
  await web.addPerson({ id: 'admin', role: 'admin' });
  await web.addPerson({ id: 'bob' });
  await web.sql(`INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, name, status, registry_version,
      created_at, updated_at)
    VALUES ('${INSTANCE_ID}', 'bob', 'kc-1', 'fly', 'gateway', 'running', 1, now(), now())`);
  admin = web.browser();
  await admin.signIn(emailOf('admin'), PASSWORD);
});
afterEach(() => web.close());
afterAll(() => cluster?.stop());

const deleted = (userId: string) => admin.mutate('admin.people.delete', { userId });
const progress = async (userId: string) =>
  (await admin.query('admin.people.deletionProgress', { userId })).value;
const auditRows = () =>
  web.sql(`SELECT action, actor_id, target_user_id, outcome, metadata FROM audit_log
    ORDER BY at, outcome = 'requested' DESC`);
const TOLD = { action: 'delete_person', actor_id: 'admin', target_user_id: 'bob' };

describe('the deletion of a person', () => {
  it('tells before what it will do', async () => {
    const { value } = await admin.query('admin.people.deletionPreview', { userId: 'bob' });
    expect(value).toMatchObject({
      instancesToDestroy: [{ id: INSTANCE_ID, name: 'gateway', status: 'running' }],
      instancesToDestroyCount: 1,
      isLastAdmin: false,
      isDeleted: false,
    });
  });

  it('is asked of the control plane in the admin’s name, with a row before and one after that hold ids alone', async () => {
    expect((await deleted('bob')).value).toEqual(ANSWER);
    const path = `/api/platform${ROUTES.scrubPerson.path}`;
    expect(asked).toEqual([
      { path, body: { userId: 'bob', actor: { kind: 'admin', id: 'admin' } }, prefer: 'wait=0' },
    ]);
    expect(await auditRows()).toEqual([
      { ...TOLD, outcome: 'requested', metadata: null },
      { ...TOLD, outcome: 'succeeded', metadata: null },
    ]);
  });

  it('is refused for the last admin and for oneself, with a row, and the control plane is not asked', async () => {
    expect((await deleted('admin')).refusal).toMatchObject({ status: 409, code: 'last_admin' });
    await web.addPerson({ id: 'carol', role: 'admin' });
    expect((await deleted('admin')).refusal).toMatchObject({ status: 409, code: 'oneself' });
    expect(asked).toEqual([]);
    expect((await auditRows()).map(({ outcome, metadata }) => [outcome, metadata])).toEqual([
      ['requested', null],
      ['failed', { code: 'last_admin' }],
      ['requested', null],
      ['failed', { code: 'oneself' }],
    ]);
  });

  it('is refused for somebody whom nobody knows', async () => {
    expect((await deleted('nobody')).refusal).toMatchObject({ status: 404, code: 'person_not_found' });
    expect(asked).toEqual([]);
  });

  it('is not begun where its row can’t be written', async () => {
    await web.sql('REVOKE INSERT ON audit_log FROM kiloclaw_web');
    expect((await deleted('bob')).refusal).not.toBeNull();
    expect(asked).toEqual([]);
  });

  it('tells the control plane’s refusal in its own words, and leaves its code on record', async () => {
    const error = { code: 'registry_unavailable', message: 'Ask again later.', requestId: 'request-1' };
    answer = () => Response.json({ error }, { status: 503 });
    expect((await deleted('bob')).refusal).toMatchObject({
      status: 503,
      code: 'registry_unavailable',
      message: 'Ask again later.',
    });
    expect((await auditRows()).at(-1)).toMatchObject({
      outcome: 'failed',
      metadata: { code: 'registry_unavailable' },
    });
  });

  it('says how far it has come until nothing is left', async () => {
    expect(await progress('bob')).toMatchObject({ isDeleted: false, isFinished: false });
    await web.sql(
      `UPDATE users SET deleted_at = now(), banned = true, email = NULL, name = '' WHERE id = 'bob'`,
    );
    expect(await progress('bob')).toEqual({
      isDeleted: true,
      isFinished: false,
      awaited: [{ id: INSTANCE_ID, name: 'gateway', provider: 'fly', status: 'running' }],
      awaitedCount: 1,
    });
    await web.sql(`UPDATE kiloclaw_instances SET status = 'destroyed', destroyed_at = now()`);
    expect(await progress('bob')).toEqual({
      isDeleted: true,
      isFinished: true,
      awaited: [],
      awaitedCount: 0,
    });
  });
});
