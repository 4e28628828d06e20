import { DELETED_ADMIN_ACTOR_ID } from '@kiloclaw/instance-tiers';
import { type RouteName, ScrubPersonAnswerSchema } from '@kiloclaw/platform-contract';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { clearFaults, holdNext } from '../testing/fly-control.ts';
import {
  change,
  crash,
  debugStatusOf,
  errorOf,
  newTarget,
  operationsOf,
  provisioned,
  send,
  statusOf,
  storedRows,
  type Target,
} from '../testing/platform.ts';
import {
  auditRowsOf,
  registryDump,
  registryRowOf,
  seedPerson,
  untilPaid,
  whileRegistryRefuses,
} from '../testing/registry.ts';

const PATIENT = { timeout: 20_000, interval: 50 };
const ROOT = { kind: 'admin', id: 'root-admin' } as const;

beforeAll(async () => {
  await seedPerson({ id: ROOT.id, name: 'Root', email: 'root@example.com', role: 'admin' });
});
afterEach(clearFaults);

/** An admin, and a text that stands in all that is told of them. */
async function newAdmin() {
  const canary = `canary${crypto.randomUUID().replaceAll('-', '')}`;
  const admin = { kind: 'admin', id: `user-${crypto.randomUUID()}` } as const;
  await seedPerson({ id: admin.id, name: canary, email: `${canary}@example.com`, role: 'admin' });
  return { admin, canary };
}

async function done(name: RouteName, input: object): Promise<void> {
  const answer = await send(name, input);
  expect(answer.status, answer.text).toBe(200);
}

const lend = (target: Target, actor: object, reason: string, preset = 'perf-4-16') =>
  done('setSizeOverride', { ...target, actor, preset, reason });

async function scrubbed(userId: string, status = 200, waitS?: number) {
  const answer = await send('scrubPerson', { userId, actor: ROOT }, waitS === undefined ? {} : { waitS });
  expect(answer.status, answer.text).toBe(status);
  return ScrubPersonAnswerSchema.parse(answer.body);
}

/** Every way of reading: Postgres, the objects, and what the API answers of them. */
async function allThatCanBeRead(targets: readonly Target[]): Promise<string> {
  const texts = [await registryDump()];
  for (const target of targets) {
    texts.push(JSON.stringify(await storedRows(target)));
    for (const name of ['status', 'debugStatus', 'operations'] as const)
      texts.push((await send(name, target)).text);
  }
  for (const query of [{}, { status: 'destroyed' }, { hasOverride: '1' }])
    texts.push((await send('instances', { ...query, limit: 200 })).text);
  return texts.join('\n');
}

const COUNTS_OF_NOTHING = {
  sessionsEnded: 0,
  instancesDestroyed: 0,
  overridesCleared: 0,
  overridesAnonymised: 0,
  operationsScrubbed: 0,
  auditRowsScrubbed: 0,
  pending: [],
  pendingCount: 0,
  isFinished: true,
};

it('leaves no trace of an admin and customer anywhere, and everything else as it was', async () => {
  const { admin, canary } = await newAdmin();
  const [inForce, cleared, resized, replaced, others] = [
    newTarget(),
    newTarget(),
    newTarget(),
    newTarget(),
    newTarget(),
  ];
  const own = { ...newTarget(), userId: admin.id };
  const closed = { ...newTarget(), userId: admin.id };
  const theirs = { name: canary, env: { A: canary }, secrets: { B: canary }, userEmail: `${canary}@a.test` };
  for (const target of [inForce, cleared, resized, replaced, others]) await provisioned(target);
  for (const target of [own, closed]) await provisioned(target, theirs);
  for (const target of [inForce, cleared, resized, replaced]) await lend(target, admin, canary);
  for (const target of [others, own]) await lend(target, ROOT, 'kept by somebody else');
  await done('clearSizeOverride', { ...cleared, actor: ROOT });
  await change('stop', resized);
  await done('resize', { ...resized, targetTier: 'perf-4-8', actor: ROOT });
  await lend(replaced, ROOT, 'kept by somebody else', 'perf-4-8');
  await change('destroy', closed);
  const all = [inForce, cleared, resized, replaced, others, own, closed];
  for (const target of all) await untilPaid(target);
  expect(await allThatCanBeRead(all)).toContain(canary);
  const untouched = [await storedRows(others), await registryRowOf(others), await auditRowsOf(others)];
  const asks = await auditRowsOf(own);

  const answer = await scrubbed(admin.id);
  expect(answer).toMatchObject({
    userId: admin.id,
    sessionsEnded: 1,
    instancesDestroyed: 1,
    overridesCleared: 1,
    overridesAnonymised: 1,
    pendingCount: 0,
    isFinished: true,
  });
  expect(answer.operationsScrubbed).toBeGreaterThan(6);
  expect(answer.auditRowsScrubbed).toBeGreaterThan(8);

  const text = await allThatCanBeRead(all);
  expect(text).not.toContain(canary);
  expect(text).toContain('kept by somebody else');
  expect([await storedRows(others), await registryRowOf(others), await auditRowsOf(others)]).toEqual(
    untouched,
  );
  const lent = { preset: 'perf-4-16', actorId: DELETED_ADMIN_ACTOR_ID };
  const { sizeOverride, whyThisSize } = await debugStatusOf(inForce);
  expect(sizeOverride).toMatchObject(lent);
  expect(sizeOverride).not.toHaveProperty('reason');
  expect(JSON.stringify(whyThisSize)).not.toContain(admin.id);
  expect((await registryRowOf(inForce))?.adminSizeOverride).toEqual(sizeOverride);
  expect((await debugStatusOf(replaced)).sizeOverride).toMatchObject({ reason: 'kept by somebody else' });
  for (const target of [own, closed]) {
    expect((await statusOf(target)).status).toBe('destroyed');
    expect(await registryRowOf(target)).toMatchObject({ name: null, adminSizeOverride: null });
  }
  // Who did what stays on record by id, and no row of the log is missing or moved.
  const told = await auditRowsOf(own);
  expect(told.slice(0, asks.length).map(({ id, actorId }) => [id, actorId])).toEqual(
    asks.map(({ id, actorId }) => [id, actorId]),
  );
  expect(await scrubbed(admin.id)).toEqual({ userId: admin.id, ...COUNTS_OF_NOTHING });
  expect(await allThatCanBeRead(all)).toEqual(expect.not.stringContaining(canary));
});

it('is asked for and concluded in the audit log, by ids and counts alone', async () => {
  const { admin } = await newAdmin();
  const answer = await send('scrubPerson', { userId: admin.id, actor: ROOT });
  expect(answer.status).toBe(200);
  const dump = await registryDump();
  const requestId = answer.headers.get('x-request-id') ?? '';
  const entries = dump.split('"t":').filter((line) => line.includes(requestId));
  expect(entries).toHaveLength(2);
  for (const outcome of ['requested', 'succeeded'])
    expect(entries.some((line) => line.includes('scrub_person') && line.includes(outcome))).toBe(true);
});

it('refuses somebody whom nobody knows, and the last admin', async () => {
  const unknown = await send('scrubPerson', { userId: `user-${crypto.randomUUID()}` });
  expect(errorOf(unknown)).toMatchObject({ status: 404, code: 'not_found', details: { path: 'userId' } });
  const last = await send('scrubPerson', { userId: ROOT.id, actor: ROOT });
  expect(errorOf(last)).toMatchObject({ status: 400, code: 'invalid_request', details: { path: 'userId' } });
  expect(last.text).toContain('last admin');
  expect(await registryDump()).toContain('root@example.com');
});

it('answers what is still being destroyed, which goes on by itself, and a repeat tells when it is over', async () => {
  const { admin, canary } = await newAdmin();
  const own = { ...newTarget(), userId: admin.id };
  await provisioned(own, { name: canary });
  await untilPaid(own);
  const held = await holdNext('DELETE /v1/apps/{app}/machines/{machine}', 'hold_before');
  const waiting = scrubbed(admin.id, 202, 1);
  await held.untilHeld();
  const pending = { pending: [own.instanceId], pendingCount: 1, isFinished: false };
  expect(await waiting).toMatchObject(pending);
  expect(await allThatCanBeRead([own])).not.toContain(canary);
  expect(await scrubbed(admin.id, 202, 0)).toMatchObject(pending);
  await held.release('proceed');
  await vi.waitFor(async () => expect((await statusOf(own)).status).toBe('destroyed'), PATIENT);
  await untilPaid(own);
  expect(await scrubbed(admin.id)).toEqual({ userId: admin.id, ...COUNTS_OF_NOTHING });
});

it('answers 503 while Postgres is away, and a repeat finishes it', async () => {
  const { admin, canary } = await newAdmin();
  const target = newTarget();
  await provisioned(target);
  await untilPaid(target);
  await whileRegistryRefuses(async () => {
    // Known to the object alone: its debt has to be paid before the deletion can be complete.
    await lend(target, admin, canary);
    const answer = await send('scrubPerson', { userId: admin.id, actor: ROOT });
    expect(errorOf(answer)).toMatchObject({ status: 503, code: 'registry_unavailable' });
    expect(JSON.stringify(await storedRows(target))).toContain(canary);
  });
  await scrubbed(admin.id);
  await untilPaid(target);
  await scrubbed(admin.id);
  expect(await allThatCanBeRead([target])).not.toContain(canary);
  expect((await debugStatusOf(target)).sizeOverride).toMatchObject({ actorId: DELETED_ADMIN_ACTOR_ID });
});

it('reaches an override that Postgres hears of only after the deletion', async () => {
  const { admin, canary } = await newAdmin();
  const target = newTarget();
  await provisioned(target);
  await untilPaid(target);
  await whileRegistryRefuses(async () => {
    await lend(target, admin, canary);
    await done('clearSizeOverride', { ...target, actor: ROOT });
  });
  await scrubbed(admin.id);
  await crash(target);
  await untilPaid(target);
  expect(await allThatCanBeRead([target])).not.toContain(canary);
  const kinds = (await operationsOf(target)).map(({ operation }) => operation.kind);
  expect(kinds).toEqual(['clear_override', 'set_override', 'provision']);
});
