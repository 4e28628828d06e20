import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRegistry, type Registry } from '../client.ts';
import { accounts } from '../schema/accounts.ts';
import { sessions } from '../schema/sessions.ts';
import { users } from '../schema/users.ts';
import { verifications } from '../schema/verifications.ts';
import { createTestCluster, type TestCluster } from '../testing.ts';
import {
  acceptInvitation,
  inviteNewPerson,
  inviteOwner,
  linkToNewPassword,
  readInvitation,
} from './invitations.ts';
import { signInStateOf } from './may-sign-in.ts';

const HOUR_MS = 3_600_000;
const ALICE = { id: 'alice', email: 'alice@example.com', name: 'Alice', role: 'admin' } as const;
const AT_ONCE = 8;

let cluster: TestCluster;
let url: string;
let registry: Registry;
/** With the rights of the web's role, as these are asked. */
const open = () => {
  const asWeb = new URL(url);
  asWeb.searchParams.set('role', 'kiloclaw_web');
  return openRegistry(asWeb.href);
};
beforeAll(async () => {
  cluster = await createTestCluster();
});
beforeEach(async () => {
  url = (await cluster.createDatabase()).url;
  registry = open();
  return () => registry.close();
});
afterAll(() => cluster?.stop());

const link = (tokenHash: string, inMs = HOUR_MS) => ({ tokenHash, expiresAt: new Date(Date.now() + inMs) });
const accept = (tokenHash: string, passwordHash = 'password-hash', name: string | null = null) =>
  acceptInvitation(registry.db, { tokenHash, name, passwordHash });
const passwords = async () => (await registry.db.select().from(accounts)).map(({ password }) => password);

describe('an invitation of somebody new', () => {
  it('makes a person who can’t sign in before it is accepted', async () => {
    expect(await inviteNewPerson(registry.db, ALICE, link('one'))).toBe(true);
    expect(await readInvitation(registry.db, 'one')).toMatchObject({
      userId: 'alice',
      email: ALICE.email,
      role: 'admin',
      isReset: false,
    });
    expect(await signInStateOf(registry.db, 'alice')).toBe('cannot_yet');
    expect(await accept('one', 'password-hash', 'Alice A.')).toBe(true);
    expect(await signInStateOf(registry.db, 'alice')).toBe('can');
    expect(await registry.db.select().from(users)).toMatchObject([{ emailVerified: true, name: 'Alice A.' }]);
    expect(await registry.db.select().from(accounts)).toMatchObject([
      { providerId: 'credential', accountId: 'alice', password: 'password-hash' },
    ]);
  });

  it('makes nobody, and no link, where the address is somebody’s', async () => {
    await inviteNewPerson(registry.db, ALICE, link('one'));
    expect(await inviteNewPerson(registry.db, { ...ALICE, id: 'other' }, link('two'))).toBe(false);
    expect(await registry.db.select().from(users)).toHaveLength(1);
    expect(await readInvitation(registry.db, 'two')).toBeNull();
  });
});

describe('an invitation of an owner whom the API made', () => {
  beforeEach(() => registry.db.insert(users).values({ id: 'owner', contactEmail: 'told@example.com' }));
  const owner = { userId: 'owner', email: 'owner@example.com', name: null };

  it('sets the address that was written, never the one that the API gave', async () => {
    expect(await inviteOwner(registry.db, owner, link('one'))).toBe('invited');
    await accept('one');
    expect(await registry.db.select().from(users)).toMatchObject([
      { id: 'owner', email: 'owner@example.com', contactEmail: 'told@example.com', role: 'customer' },
    ]);
  });

  it('is refused where the address is somebody’s, and changes nothing', async () => {
    await inviteNewPerson(registry.db, ALICE, link('one'));
    const outcome = await inviteOwner(registry.db, { ...owner, email: ALICE.email }, link('two'));
    expect(outcome).toBe('address_in_use');
    const [found] = await registry.db.select().from(users).where(eq(users.id, 'owner'));
    expect(found?.email).toBeNull();
  });

  it('is refused where they can sign in, are not there, were deleted or banned', async () => {
    await inviteOwner(registry.db, owner, link('one'));
    await accept('one');
    await registry.db.insert(users).values([
      { id: 'deleted', deletedAt: new Date() },
      { id: 'banned', banned: true },
    ]);
    for (const userId of ['owner', 'nobody', 'deleted', 'banned']) {
      const email = `new-${userId}@example.com`;
      expect(await inviteOwner(registry.db, { ...owner, userId, email }, link('two')), userId).toBe(
        'not_invitable',
      );
    }
    expect(await readInvitation(registry.db, 'two')).toBeNull();
  });
});

describe('a link', () => {
  beforeEach(() => inviteNewPerson(registry.db, ALICE, link('one')));

  it('is replaced by the next one', async () => {
    await inviteOwner(registry.db, { userId: 'alice', email: ALICE.email, name: null }, link('two'));
    expect(await accept('one')).toBe(false);
    expect(await accept('two')).toBe(true);
  });

  it('is used once', async () => {
    expect([await accept('one'), await accept('one')]).toEqual([true, false]);
    expect(await readInvitation(registry.db, 'one')).toBeNull();
  });

  it('is used by one of many who come at once', async () => {
    const registries = Array.from({ length: AT_ONCE }, open);
    const accepted = await Promise.all(
      registries.map(({ db }, index) =>
        acceptInvitation(db, { tokenHash: 'one', name: null, passwordHash: `hash-${index}` }),
      ),
    );
    await Promise.all(registries.map((each) => each.close()));
    expect(accepted.filter(Boolean)).toHaveLength(1);
    expect(await passwords()).toEqual([`hash-${accepted.indexOf(true)}`]);
  });

  it('is worth nothing once it has expired', async () => {
    await registry.db.update(verifications).set({ expiresAt: new Date(Date.now() - 1_000) });
    expect(await readInvitation(registry.db, 'one')).toBeNull();
    expect(await accept('one')).toBe(false);
  });

  it.each([{ deletedAt: new Date() }, { banned: true }, { email: null }])(
    'is worth nothing once its person is not there any more: %j',
    async (change) => {
      await registry.db.update(users).set(change);
      expect(await readInvitation(registry.db, 'one')).toBeNull();
      expect(await accept('one')).toBe(false);
      expect(await passwords()).toEqual([]);
    },
  );

  it('is none of the other one-time values', async () => {
    await registry.db
      .insert(verifications)
      .values({ id: 'v', identifier: 'other:alice', value: 'v', expiresAt: new Date(Date.now() + HOUR_MS) });
    expect(await readInvitation(registry.db, 'v')).toBeNull();
    expect(await accept('v')).toBe(false);
  });
});

describe('a link to a new password', () => {
  it('replaces the password and ends every session of that person alone', async () => {
    await registry.db.insert(users).values({ id: 'bob' });
    await inviteNewPerson(registry.db, ALICE, link('one'));
    await accept('one', 'first');
    await registry.db
      .insert(accounts)
      .values({ id: 'x', userId: 'alice', accountId: 's', providerId: 'oidc' });
    for (const userId of ['alice', 'bob']) {
      const expiresAt = new Date(Date.now() + HOUR_MS);
      await registry.db.insert(sessions).values({ id: userId, token: userId, userId, expiresAt });
    }
    expect(await linkToNewPassword(registry.db, 'alice', link('two'))).toBe(true);
    expect(await readInvitation(registry.db, 'two')).toMatchObject({ isReset: true });
    expect(await registry.db.select().from(sessions)).toHaveLength(2);
    expect(await accept('two', 'second')).toBe(true);
    expect(await passwords()).toEqual([null, 'second']);
    expect(await registry.db.select().from(sessions)).toMatchObject([{ userId: 'bob' }]);
  });

  it('is not made for who can’t sign in', async () => {
    await inviteNewPerson(registry.db, ALICE, link('one'));
    expect(await linkToNewPassword(registry.db, 'alice', link('two'))).toBe(false);
    expect(await linkToNewPassword(registry.db, 'nobody', link('two'))).toBe(false);
  });
});
