/** Every procedure × everybody who may ask, over HTTP, with sessions and roles out of Postgres. */
import { createTestCluster, type TestCluster } from '@kiloclaw/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLERS, type Caller, INSTANCE, ROWS, type Row, SUBJECT } from '../testing/authorization-rows.ts';
import type { Answer, Browser } from '../testing/browser.ts';
import { type FakeControlPlane, fakeControlPlane } from '../testing/fake-control-plane.ts';
import { emailOf, openTestWeb, PASSWORD, type TestWeb } from '../testing/test-web.ts';
import { appRouter } from './app-router.ts';

/** `query` or `mutation`, by the procedure's whole name. */
const TYPES = new Map(
  Object.entries(appRouter._def.procedures).map(([name, procedure]) => [name, typeOf(procedure)]),
);
const NAMES = [...TYPES.keys()];
const WITHHELD = ['signed_out', 'not_allowed'];

let cluster: TestCluster;
let web: TestWeb;
let platform: FakeControlPlane;
let browsers: Record<Caller, Browser>;

beforeAll(async () => {
  cluster = await createTestCluster();
  platform = fakeControlPlane(INSTANCE);
  web = await openTestWeb(cluster, { controlPlane: platform.answer });
  await web.addPerson({ id: 'customer' });
  await web.addPerson({ id: 'other' });
  await web.addPerson({ id: 'admin', role: 'admin' });
  await web.addPerson({ id: SUBJECT.userId });
  await web.sql(`INSERT INTO kiloclaw_instances (id, user_id, sandbox_id, provider, status, registry_version,
      created_at, updated_at)
    VALUES ('${INSTANCE.instanceId}', '${INSTANCE.userId}', 'kc-fake', 'fly', 'running', 1, now(), now())`);
  browsers = {
    nobody: web.browser(),
    customer: await signedIn('customer'),
    other: await signedIn('other'),
    admin: await signedIn('admin'),
  };
});
afterAll(async () => {
  await web?.close();
  await cluster?.stop();
});

function typeOf(procedure: unknown): unknown {
  return Reflect.get(Object(Reflect.get(Object(procedure), '_def')), 'type');
}

async function signedIn(id: string): Promise<Browser> {
  const browser = web.browser();
  expect((await browser.signIn(emailOf(id), PASSWORD)).status).toBe(200);
  return browser;
}

function ask(caller: Caller, name: string, input: Row['input']): Promise<Answer> {
  return TYPES.get(name) === 'query'
    ? browsers[caller].query(name, input)
    : browsers[caller].mutate(name, input);
}

const outcomeOf = ({ refusal }: Answer) => refusal?.code ?? 'allowed';

/** What a call that was refused must not have changed. */
const traces = () =>
  web.sql(`SELECT (SELECT count(*) FROM audit_log WHERE outcome <> 'denied') AS audit, (SELECT count(*) FROM users) AS users,
    (SELECT count(*) FROM verifications) AS invitations, (SELECT count(*) FROM sessions) AS sessions,
    (SELECT string_agg(id || role || coalesce(deleted_at::text, ''), ',' ORDER BY id) FROM users) AS people`);

it('every procedure has its row, and every row its procedure', () => {
  expect(Object.keys(ROWS).toSorted()).toEqual(NAMES.toSorted());
});

const cells = Object.entries(ROWS).flatMap(([name, { input, outcomes }]) =>
  CALLERS.map((caller) => ({ name, caller, input, outcome: outcomes[caller] })),
);

describe('a procedure', () => {
  it.each(cells)('$name for $caller: $outcome', async ({ name, caller, input, outcome }) => {
    platform.takeCalls();
    const before = await traces();
    expect(outcomeOf(await ask(caller, name, input))).toBe(outcome);
    const calls = platform.takeCalls();
    if (WITHHELD.includes(outcome)) {
      expect(calls).toEqual([]);
      expect(await traces()).toEqual(before);
    }
    // Of a customer's own: whose it is comes from the session alone.
    if (name.startsWith('customer.'))
      for (const { userId, actor } of calls) {
        expect(userId).toBe(caller);
        if (actor !== null) expect(actor).toEqual({ kind: 'customer', id: caller });
      }
    if (name.startsWith('admin.'))
      for (const { actor } of calls)
        if (actor !== null) expect(actor).toEqual({ kind: 'admin', id: 'admin' });
  });

  it.each(NAMES.filter((name) => !name.startsWith('public.')))(
    '%s tells nobody what it would take',
    async (name) => {
      expect(outcomeOf(await ask('nobody', name, { nonsense: true }))).toBe('signed_out');
      if (name.startsWith('admin.'))
        expect(outcomeOf(await ask('customer', name, { nonsense: true }))).toBe('not_allowed');
      expect(platform.takeCalls()).toEqual([]);
    },
  );
});

const targeted = Object.entries(ROWS).filter(
  ([name, { input = {} }]) => name.startsWith('admin.') && 'userId' in input && 'instanceId' in input,
);

describe('an admin’s procedure that names an instance', () => {
  it('is most of what there is for admins', () => expect(targeted.length).toBeGreaterThanOrEqual(15));

  it.each(targeted)(
    '%s asks for the owner that the page gave, and finds nothing of another’s',
    async (name, { input }) => {
      for (const userId of ['other', 'nobody-at-all']) {
        platform.takeCalls();
        expect(outcomeOf(await ask('admin', name, { ...input, userId }))).toBe('instance_not_found');
        expect(platform.takeCalls()).toMatchObject([{ userId, instanceId: INSTANCE.instanceId }]);
      }
    },
  );

  it.each(targeted)('%s does nothing without an owner', async (name, { input = {} }) => {
    const { userId: _left, ...rest } = input;
    expect(outcomeOf(await ask('admin', name, rest))).toBe('invalid_request');
    expect(platform.takeCalls()).toEqual([]);
  });
});

describe('a customer’s procedure', () => {
  it.each(NAMES.filter((name) => name.startsWith('customer.') && ROWS[name]?.input !== undefined))(
    '%s takes no owner: whose it is can’t be said',
    async (name) => {
      const input = { ...ROWS[name]?.input, userId: INSTANCE.userId };
      expect(outcomeOf(await ask('other', name, input))).toBe('invalid_request');
      expect(platform.takeCalls()).toEqual([]);
    },
  );
});

describe('a role', () => {
  it('that was taken away is worth nothing at the next call', async () => {
    await web.addPerson({ id: 'former', role: 'admin' });
    const browser = await signedIn('former');
    expect(outcomeOf(await browser.query('admin.instances.get', INSTANCE))).toBe('allowed');
    await web.sql(`UPDATE users SET role = 'customer' WHERE id = 'former'`);
    platform.takeCalls();
    expect(outcomeOf(await browser.query('admin.instances.get', INSTANCE))).toBe('not_allowed');
    expect(platform.takeCalls()).toEqual([]);
  });
});
