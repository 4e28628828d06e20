import { DELETED_ADMIN_ACTOR_ID, withoutDeletedAdmin } from '@kiloclaw/instance-tiers';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry, type Registry } from '../client.ts';
import { setRoleLogin } from '../migrate.ts';
import type { AuditRow } from '../rows.ts';
import { createTestCluster, type TestCluster } from '../testing.ts';
import { appendAudit } from './append-audit.ts';
import { deliver } from './deliver.ts';
import { ensureUsers } from './ensure-users.ts';
import { auditRow, instanceRow } from './fixtures.ts';
import { readInstanceRow, writeInstanceRows } from './instance-rows.ts';
import {
  beginPersonDeletion,
  type DeletionTarget,
  deletedAmong,
  deletionTargets,
  personTraces,
  scrubPersonRows,
} from './person-deletion.ts';

const CLUSTER_TIMEOUT_MS = 60_000;
const PASSWORD = 'test-password-of-the-control-plane';
const INSUFFICIENT_PRIVILEGE = '42501';
const PAGE = { afterId: null, limit: 100 };
const PERF_4_8 = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;

let cluster: TestCluster;
let sql: postgres.Sql;
let registry: Registry;
let made = 0;
beforeAll(async () => {
  cluster = await createTestCluster();
  const { url } = await cluster.createDatabase();
  sql = postgres(url, { max: 1, fetch_types: false });
  await setRoleLogin(url, 'kiloclaw_control_plane', PASSWORD);
  const asControlPlane = Object.assign(new URL(url), {
    username: 'kiloclaw_control_plane',
    password: PASSWORD,
  });
  registry = openRegistry(asControlPlane.href, { statementTimeoutMs: 20_000 });
  await sql`INSERT INTO users (id, name, email, role) VALUES ('root', 'Root', 'root@example.com', 'admin')`;
  await signIn('root');
}, CLUSTER_TIMEOUT_MS);
afterAll(async () => {
  await registry?.close();
  await sql?.end();
  await cluster?.stop();
}, CLUSTER_TIMEOUT_MS);

const newId = (kind: string) => {
  made += 1;
  return `${kind}_${made}`;
};

/** Somebody who can sign in, with a canary for a name. */
async function person(role: 'admin' | 'customer' = 'admin') {
  const id = newId('person');
  const email = `${id}@example.com`;
  await sql`INSERT INTO users (id, name, email, contact_email, image, role)
    VALUES (${id}, ${`Name of ${id}`}, ${email}, ${`contact-${email}`}, ${`https://example.com/${id}.png`}, ${role})`;
  return { id, email };
}

/** Lets somebody sign in. */
const signIn = (id: string) =>
  sql`INSERT INTO accounts (id, account_id, provider_id, user_id, password) VALUES (${newId('a')}, ${id}, 'credential', ${id}, 'hash')`;

const overrideBy = (actorId: string, reason = `canary of ${actorId}`) => ({
  machineSize: PERF_4_8,
  preset: 'perf-4-8' as const,
  reason,
  actorId,
  setAt: '2026-01-01T00:00:00.000Z',
});

/** The audit row of an override that was set. */
const setRow = (actorId: string, instanceId: string, changes: Partial<AuditRow> = {}) =>
  auditRow({
    actorId,
    action: 'set_override',
    instanceId,
    metadata: { asked: { apply: 'manual', override: overrideBy(actorId), previousOverride: null } },
    ip: null,
    ...changes,
  });

const begin = (personId: string) =>
  beginPersonDeletion(registry.db, personId, {
    id: `${newId('entry')}:requested`,
    actorKind: 'admin',
    actorId: 'root',
    requestId: 'request-1',
  });

/** All of what is stored, a line each; tables by name, rows by their text. */
async function dump(): Promise<string[]> {
  const tables = await sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const lines: string[] = [];
  for (const { name } of tables)
    for (const row of await sql.unsafe(`SELECT t::text AS line FROM "${name}" t`))
      lines.push(`${name} ${row.line}`);
  return lines.sort();
}

async function as(role: string, statement: string): Promise<unknown> {
  return sql.begin(async (tx) => {
    await tx.unsafe(`SET LOCAL ROLE ${role}`);
    return tx.unsafe(statement);
  });
}

describe('the beginning of a deletion', () => {
  test('takes sign-in, name, addresses and throttling at once, and leaves those of others', async () => {
    const { id, email } = await person();
    const other = await person('customer');
    for (const [user, ip] of [
      [id, '192.0.2.7'],
      [other.id, '192.0.2.8'],
    ] as const) {
      await sql`INSERT INTO sessions (id, expires_at, token, ip_address, user_id) VALUES (${newId('s')}, now(), ${newId('t')}, ${ip}, ${user})`;
      await signIn(user);
      await sql`INSERT INTO rate_limits (id, key, count, last_request) VALUES (${newId('r')}, ${`${ip}|/sign-in/email`}, 1, 1)`;
      await sql`INSERT INTO verifications (id, identifier, value, expires_at) VALUES
        (${newId('v')}, ${`invitation:${user}`}, 'hash', now()),
        (${newId('v')}, ${`invitation:${user}:1`}, 'hash', now()),
        (${newId('v')}, ${`reset-password:${newId('token')}`}, ${user}, now()),
        (${newId('v')}, 'verify', ${JSON.stringify({ email: `${user}@Example.com` })}, now())`;
    }
    // Of others, though they begin or end like this person's.
    await sql`INSERT INTO verifications (id, identifier, value, expires_at) VALUES
      (${newId('v')}, ${`invitation:${id}0`}, 'hash', now()), (${newId('v')}, 'verify', ${`x${email}`}, now())`;
    await sql`INSERT INTO sessions (id, expires_at, token, user_id, impersonated_by) VALUES (${newId('s')}, now(), ${newId('t')}, ${other.id}, ${id})`;
    const before = await dump();
    const begun = await begin(id);
    expect(begun).toEqual({ outcome: 'begun', sessionsEnded: 2, accountsRemoved: 1, linksRemoved: 4 });
    const after = await dump();
    const gone = before.filter((line) => !after.includes(line));
    // Two sessions, an account, a counter, four links and the person's row.
    expect(gone).toHaveLength(9);
    expect(after.filter((line) => line.includes(email) && !line.includes(`x${email}`))).toEqual([]);
    expect(after.join('\n')).not.toContain(`Name of ${id}`);
    expect(after.join('\n')).not.toContain('192.0.2.7');
    const [row] =
      await sql`SELECT name, email, contact_email, image, role, banned, deleted_at FROM users WHERE id = ${id}`;
    expect(row).toMatchObject({ name: '', email: null, contact_email: null, image: null, banned: true });
    expect(row?.role).toBe('customer');
    expect(row?.deleted_at).not.toBeNull();
  });

  test('is refused for somebody unknown and for the last admin, and journaled as denied', async () => {
    const before = await dump();
    expect(await begin('nobody')).toEqual({ outcome: 'unknown' });
    const added = (await dump()).filter((line) => !before.includes(line));
    expect(added).toHaveLength(1);
    expect(added[0]).toMatch(/scrub_person.*nobody.*denied.*unknown/);
    // Neither one who is banned nor one who was only invited could let anybody in.
    await sql`UPDATE users SET banned = true WHERE id IN (SELECT user_id FROM accounts WHERE user_id <> 'root')`;
    await person();
    expect(await begin('root')).toEqual({ outcome: 'last_admin' });
    expect((await sql`SELECT email FROM users WHERE id = 'root'`)[0]?.email).toBe('root@example.com');
    expect(await begin((await person()).id)).toMatchObject({ outcome: 'begun' });
  });

  test('finds one of two admins left who delete each other at the same time', async () => {
    await sql`UPDATE users SET banned = true WHERE role = 'admin'`;
    const [one, other] = [await person(), await person()];
    for (const { id } of [one, other]) await signIn(id);
    let second: Promise<unknown> = Promise.resolve();
    await sql.begin(async (tx) => {
      await tx`SELECT begin_person_deletion(${one.id}, ${newId('entry')}, 'admin', ${other.id}, NULL)`;
      second = begin(other.id);
      // Long enough for it to decide, if it did not wait for the first.
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    expect(await second).toEqual({ outcome: 'last_admin' });
    await sql`UPDATE users SET banned = false WHERE id = 'root'`;
  });

  test('can be repeated, and finds nothing more to end', async () => {
    const { id } = await person();
    await begin(id);
    const [first] = await sql`SELECT deleted_at FROM users WHERE id = ${id}`;
    expect(await begin(id)).toEqual({
      outcome: 'begun',
      sessionsEnded: 0,
      accountsRemoved: 0,
      linksRemoved: 0,
    });
    expect((await sql`SELECT deleted_at FROM users WHERE id = ${id}`)[0]).toEqual(first);
  });

  test('takes the IP addresses that the audit log has of the person, also of rows that come later', async () => {
    const { id } = await person();
    await appendAudit(registry.db, [auditRow({ actorId: id, ip: '192.0.2.99' })]);
    await begin(id);
    await appendAudit(registry.db, [auditRow({ actorId: id, ip: '192.0.2.99' })]);
    expect((await dump()).join('\n')).not.toContain('192.0.2.99');
  });
});

describe('the targets of a deletion', () => {
  test('are own instances, those lent to in force, and those lent to before; done ones no more', async () => {
    const { id } = await person();
    await ensureUsers(registry.db, [{ id: 'owner' }]);
    const own = instanceRow({ userId: id, name: null, trackedImageTag: null, adminSizeOverride: null });
    const closed = { destroyedAt: 1, status: 'destroyed' };
    const rows = [
      own,
      instanceRow({ userId: id, ...closed }),
      instanceRow({ adminSizeOverride: overrideBy(id) }),
      instanceRow({ adminSizeOverride: null }),
    ];
    const untouched = [
      instanceRow({ adminSizeOverride: overrideBy('root') }),
      instanceRow({ ...own, id: crypto.randomUUID(), ...closed }),
    ];
    await writeInstanceRows(registry.db, [...rows, ...untouched]);
    const endedId = rows[3]?.id ?? '';
    const rowless = crypto.randomUUID();
    await appendAudit(registry.db, [
      setRow(id, endedId),
      setRow(id, rowless, { targetUserId: 'owner' }),
      auditRow({ actorId: id, action: 'restart', instanceId: crypto.randomUUID() }),
    ]);
    const expected = [...rows.map((row) => row.id), rowless].sort();
    const walked: DeletionTarget[] = [];
    for (let page = 0; page < expected.length; page += 1) {
      const afterId = walked.at(-1)?.instanceId ?? null;
      walked.push(...(await deletionTargets(registry.db, id, { afterId, limit: 1 })));
    }
    expect(walked.map(({ instanceId }) => instanceId)).toEqual(expected);
    expect(walked.find(({ instanceId }) => instanceId === rowless)).toMatchObject({
      userId: 'owner',
      isOwn: false,
    });
    expect(
      walked
        .filter(({ isOwn }) => isOwn)
        .map(({ instanceId }) => instanceId)
        .sort(),
    ).toEqual([own.id, rows[1]?.id].sort());
    await begin(id);
    await scrubPersonRows(registry.db, id, expected);
    // It is not destroyed yet.
    expect(await deletionTargets(registry.db, id, PAGE)).toMatchObject([{ instanceId: own.id }]);
  });
});

describe('rows and audit', () => {
  test('lose the person by raised versions; overrides of others on others stay byte for byte', async () => {
    const { id } = await person();
    await ensureUsers(registry.db, [{ id: 'owner' }]);
    const lent = instanceRow({ adminSizeOverride: overrideBy(id), registryVersion: 7 });
    const own = instanceRow({ userId: id, destroyedAt: 1, adminSizeOverride: overrideBy('root') });
    const others = instanceRow({ adminSizeOverride: overrideBy('root', 'kept') });
    await writeInstanceRows(registry.db, [lent, own, others]);
    const ended = auditRow({
      actorId: 'root',
      action: 'clear_override',
      instanceId: lent.id,
      metadata: {
        asked: { previousOverride: overrideBy(id) },
        result: [{ clearedOverride: overrideBy(id) }],
      },
      before: { nested: { deep: [overrideBy(id), overrideBy('root')] } },
    });
    await appendAudit(registry.db, [setRow(id, lent.id), ended, setRow('root', others.id)]);
    const before = await dump();
    await begin(id);
    expect(await personTraces(registry.db, id)).toEqual({ people: 0, signIns: 0, rows: 2, auditRows: 2 });
    expect(await scrubPersonRows(registry.db, id, [lent.id, own.id, others.id])).toEqual({
      rows: 2,
      auditRows: 2,
    });
    expect(await personTraces(registry.db, id)).toEqual({ people: 0, signIns: 0, rows: 0, auditRows: 0 });
    const after = await dump();
    expect(after.join('\n')).not.toContain(`canary of ${id}`);
    expect(await readInstanceRow(registry.db, lent.id)).toMatchObject({
      adminSizeOverride: withoutDeletedAdmin(overrideBy(id)),
      name: lent.name,
      registryVersion: 8,
    });
    expect(await readInstanceRow(registry.db, own.id)).toMatchObject({ adminSizeOverride: null, name: null });
    // Two rows, two entries of the log, and the person: nothing else of all that is stored has changed.
    expect(before.filter((line) => !after.includes(line))).toHaveLength(5);
    const [entry] = await sql`SELECT before, metadata, actor_id FROM audit_log WHERE id = ${ended.id}`;
    const scrubbed = withoutDeletedAdmin(overrideBy(id));
    expect(entry).toEqual({
      actor_id: 'root',
      before: { nested: { deep: [scrubbed, overrideBy('root')] } },
      metadata: { asked: { previousOverride: scrubbed }, result: [{ clearedOverride: scrubbed }] },
    });
    expect(await scrubPersonRows(registry.db, id, [lent.id, own.id, others.id])).toEqual({
      rows: 0,
      auditRows: 0,
    });
  });

  test('of somebody who is not deleted stay as they are', async () => {
    const { id } = await person();
    await ensureUsers(registry.db, [{ id: 'owner' }]);
    const lent = instanceRow({ adminSizeOverride: overrideBy(id) });
    await writeInstanceRows(registry.db, [lent]);
    await appendAudit(registry.db, [setRow(id, lent.id)]);
    const before = await dump();
    await expect(scrubPersonRows(registry.db, id, [lent.id])).rejects.toThrow();
    expect(await dump()).toEqual(before);
  });

  test('that arrive late are stored without the person, who is named to the deliverer', async () => {
    const { id } = await person();
    await ensureUsers(registry.db, [{ id: 'owner' }]);
    await begin(id);
    const row = instanceRow({ adminSizeOverride: overrideBy(id) });
    const ownRow = instanceRow({ userId: id, name: `canary of ${id}` });
    await deliver(registry.db, [
      { user: null, row, audit: [setRow(id, row.id)] },
      { user: { id, email: `canary of ${id}` }, row: ownRow, audit: [] },
    ]);
    const text = (await dump()).join('\n');
    expect(text).toContain(row.id);
    expect(text).not.toContain(`canary of ${id}`);
    expect(await readInstanceRow(registry.db, row.id)).toMatchObject({
      adminSizeOverride: { machineSize: PERF_4_8, actorId: DELETED_ADMIN_ACTOR_ID },
      name: row.name,
    });
    expect(await deletedAmong(registry.db, ['root', id, 'nobody'])).toEqual([id]);
    expect(await deletedAmong(registry.db, [])).toEqual([]);
  });

  test('that are being stored while the deletion begins do not slip through', async () => {
    const { id } = await person();
    const instanceId = crypto.randomUUID();
    const late = setRow(id, instanceId);
    // Stored, and not committed: the deletion has to wait for it, and finds it then.
    let begun: Promise<unknown> = Promise.resolve();
    await sql.begin(async (tx) => {
      await tx`INSERT INTO audit_log (id, at, actor_id, actor_kind, action, instance_id, target_user_id, outcome, metadata)
        VALUES (${late.id}, now(), ${id}, 'admin', 'set_override', ${instanceId}, 'owner', 'requested', ${tx.json({ override: overrideBy(id) })})`;
      let hasBegun = false;
      begun = begin(id).then(() => {
        hasBegun = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(hasBegun).toBe(false);
    });
    await begun;
    expect(await deletionTargets(registry.db, id, PAGE)).toMatchObject([{ instanceId }]);
    await scrubPersonRows(registry.db, id, [instanceId]);
    expect((await dump()).join('\n')).not.toContain(`canary of ${id}`);
  });

  test('lose exactly what the instance takes out of an override, in whatever they hold', async () => {
    const { id } = await person();
    await begin(id);
    const override = fc.record({ actorId: fc.constantFrom(id, 'root'), reason: fc.string() }).map((some) => ({
      ...overrideBy(some.actorId),
      reason: some.reason.replaceAll('\0', ''),
    }));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 0, -1.5, 'text', { actorId: id }),
        override,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'asked', 'reason', 'machineSize'), tie('value'), { maxKeys: 3 }),
      ),
    }));
    const model = (some: unknown): unknown => {
      if (typeof some !== 'object' || some === null) return some;
      if (Array.isArray(some)) return some.map(model);
      const entries = Object.entries(some).map(([key, inner]) => [key, model(inner)]);
      const copy = Object.fromEntries(entries);
      if (!('machineSize' in some) || !('actorId' in some) || some.actorId !== id) return copy;
      const { reason: _reason, ...rest } = copy;
      return { ...rest, actorId: DELETED_ADMIN_ACTOR_ID };
    };
    await fc.assert(
      fc.asyncProperty(value, async (some) => {
        const [row] = await sql`SELECT without_people(${sql.json(some as never)}, ARRAY[${id}]) AS scrubbed`;
        expect(row?.scrubbed).toEqual(model(some));
      }),
      { numRuns: 200 },
    );
  });
});

describe('rights', () => {
  test('the owner can change the log in no other way, of deleted people either', async () => {
    const { id } = await person();
    const instanceId = crypto.randomUUID();
    const [theirs, others] = [setRow(id, instanceId), setRow('root', instanceId)];
    await appendAudit(registry.db, [theirs, others]);
    await begin(id);
    for (const statement of [
      `UPDATE audit_log SET metadata = '{}' WHERE id = '${theirs.id}'`,
      `UPDATE audit_log SET metadata = NULL WHERE id = '${theirs.id}'`,
      `UPDATE audit_log SET metadata = metadata - 'asked' WHERE id = '${others.id}'`,
      `UPDATE audit_log SET metadata = without_people(metadata, ARRAY['root']) WHERE id = '${others.id}'`,
      `UPDATE audit_log SET ip = NULL WHERE ip IS NOT NULL`,
      `UPDATE audit_log SET before = '{}' WHERE id = '${others.id}'`,
    ])
      await expect(sql.unsafe(statement), statement).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });

  test('the control plane alone may delete a person; it can still change nothing by itself', async () => {
    const calls = [
      `SELECT begin_person_deletion('nobody', 'x', 'api', 'x', 'x')`,
      `SELECT scrub_person_rows('nobody', '{}')`,
      `SELECT person_traces('nobody')`,
      `SELECT deleted_among('{}')`,
    ];
    for (const statement of calls)
      for (const role of ['kiloclaw_web', 'kiloclaw_scrubber'])
        await expect(as(role, statement), statement).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    await expect(as('kiloclaw_control_plane', 'UPDATE users SET deleted_at = now()')).rejects.toMatchObject({
      code: INSUFFICIENT_PRIVILEGE,
    });
    await expect(
      as('kiloclaw_control_plane', 'UPDATE audit_log SET metadata = metadata'),
    ).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });
});
