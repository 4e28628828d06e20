import { DELETED_ADMIN_ACTOR_ID, withoutDeletedAdmin } from '@kiloclaw/instance-tiers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADMIN_ID, accepted, OWNER_ID, refusal, TestInstance } from '../testing/test-instance.ts';

const CANARY = 'canary of the admin';
const OTHER = { kind: 'admin', id: 'user_other' } as const;

/** Lent by another admin. */
const byOther = (test: TestInstance) => ({ caller: { ...test.caller(), actor: OTHER } });

async function lend(test: TestInstance, asked: Parameters<TestInstance['setOverride']>[1] = {}) {
  return test.done(test.setOverride('perf-4-16', { reason: CANARY, ...asked }));
}

const stored = (test: TestInstance) => JSON.stringify(test.storedRows());

/** As the row is to be once the admin is gone: by another way than the code under test. */
function expectedText(text: string, adminId: string): string {
  const scrubbed: unknown = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('machineSize' in value)) return value;
    if (!('actorId' in value) || value.actorId !== adminId) return value;
    const { reason: _reason, ...rest } = value as Record<string, unknown>;
    return { ...rest, actorId: DELETED_ADMIN_ACTOR_ID };
  });
  const isRequest = text.includes(`"actor":{"kind":"admin","id":"${adminId}"}`);
  const hadReason = JSON.stringify(scrubbed) !== text && isRequest;
  return JSON.stringify(
    hadReason ? { ...(scrubbed as object), argumentsFingerprint: 'forgotten' } : scrubbed,
  );
}

describe('an admin who was deleted', () => {
  it('stands nowhere in the object any more; the override in force goes on, and the registry hears of it', async () => {
    const test = await new TestInstance().provisioned();
    await lend(test);
    const override = test.state().adminMachineSizeOverride;
    const version = test.state().registryVersion;
    if (override === null) throw new Error('nothing is lent');
    const answer = accepted(await test.scrub(ADMIN_ID));
    expect(answer).toEqual({
      status: 'running',
      overrides: 1,
      operations: 1,
      auditRows: 0,
      isForgotten: true,
      isPaid: true,
    });
    expect(test.state().adminMachineSizeOverride).toEqual(withoutDeletedAdmin(override));
    expect(test.state().registryVersion).toBeGreaterThan(version);
    expect(test.registry.row?.adminSizeOverride).toEqual(withoutDeletedAdmin(override));
    expect(stored(test)).not.toContain(CANARY);
    expect(test.logged.join('\n')).not.toContain(CANARY);
  });

  it('is forgotten in the timeline wherever an override of theirs ended', async () => {
    const test = await new TestInstance().provisioned();
    await lend(test);
    await test.done(test.setOverride('perf-4-8', { ...byOther(test), reason: 'kept' }));
    await test.done(test.clearOverride(byOther(test)));
    await lend(test, { apply: 'now' });
    await test.done(test.resize('perf-4-8', { apply: 'now', ...byOther(test) }));
    await lend(test, { expiresAt: new Date(test.clock.now() + 1_000).toISOString() });
    await test.runAlarm();
    await test.settle();
    expect(test.newestOperation()).toMatchObject({ kind: 'clear_override', actor: { id: 'expiry' } });
    expect(accepted(await test.scrub(ADMIN_ID))).toMatchObject({ overrides: 0, operations: 6 });
    expect(stored(test)).not.toContain(CANARY);
    expect(stored(test)).toContain('kept');
    for (const { kind, actor } of test.operations())
      if (kind === 'set_override' && actor.id !== OTHER.id) expect(actor.id).toBe(ADMIN_ID);
    expect(accepted(await test.scrub(ADMIN_ID))).toMatchObject({ overrides: 0, operations: 0, auditRows: 0 });
  });

  it('goes from what is owed to the registry, which gets it once it is back', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.mode = 'unavailable';
    await test.setOverride('perf-4-16', { reason: CANARY });
    await test.clearOverride();
    expect(accepted(await test.scrub(ADMIN_ID))).toMatchObject({ auditRows: 4, isPaid: false });
    expect(stored(test)).not.toContain(CANARY);
    test.registry.mode = 'stores';
    // At once, though the payment before has just failed.
    expect(accepted(await test.scrub(ADMIN_ID))).toMatchObject({ auditRows: 0, isPaid: true });
    const told = JSON.stringify([...test.registry.audit.values()]);
    expect(told).toContain(DELETED_ADMIN_ACTOR_ID);
    expect(told).not.toContain(CANARY);
  });

  it('leaves a plan of before behind, and no repeat of their request acts again', async () => {
    const test = await new TestInstance().provisioned();
    await lend(test, { idempotencyKey: 'their-key' });
    accepted(await test.scrub(ADMIN_ID));
    const again = await test.setOverride('perf-4-16', { reason: CANARY, idempotencyKey: 'their-key' });
    expect(refusal(again).code).toBe('idempotency_key_reused');
    expect(stored(test)).not.toContain(CANARY);
  });

  it('goes from a record that can’t be read as well, and nothing else of it', async () => {
    const test = await new TestInstance().provisioned();
    await lend(test);
    const { storage } = test.instance.deps;
    storage.exec("UPDATE record SET state = json_set(state, '$.volumeSizeGb', 'ten')");
    const before = test.storedRows().record;
    expect(accepted(await test.scrub(ADMIN_ID))).toMatchObject({
      status: null,
      overrides: 1,
      isForgotten: true,
    });
    const after = test.storedRows().record;
    expect(after).toEqual(
      before.map((row) => ({ ...row, state: expectedText(String(row.state), ADMIN_ID) })),
    );
    expect(stored(test)).not.toContain(CANARY);
  });

  it('is told to be there still where a row is not even JSON', async () => {
    const test = await new TestInstance().provisioned();
    await lend(test);
    test.instance.deps.storage.exec("UPDATE operations SET body = body || '}' WHERE kind = 'set_override'");
    expect(accepted(await test.scrub(ADMIN_ID))).toMatchObject({ isForgotten: false });
  });

  it('is forgotten on the word of the registry, which heard of the override too late', async () => {
    const test = await new TestInstance().provisioned();
    test.registry.mode = 'unavailable';
    await lendUnheard(test);
    test.registry.mode = 'stores';
    test.registry.deleted = [ADMIN_ID];
    expect(await test.settle()).toBe(true);
    expect(stored(test)).not.toContain(CANARY);
    expect(test.registry.row?.adminSizeOverride).toEqual(test.state().adminMachineSizeOverride);
    expect(test.state().adminMachineSizeOverride).toMatchObject({ actorId: DELETED_ADMIN_ACTOR_ID });
  });

  it('goes alone: whatever others lent, and all else, stays byte for byte', async () => {
    const action = fc.constantFrom(
      'lend',
      'lend by other',
      'clear',
      'clear by other',
      'resize',
      'stop',
      'start',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 8 }), fc.boolean(), async (actions, isAway) => {
        const test = await new TestInstance().provisioned();
        if (isAway) test.registry.mode = 'unavailable';
        for (const asked of actions) {
          await act(test, asked);
          await test.quiet();
        }
        const before = test.storedRows();
        test.registry.mode = 'unavailable';
        expect(accepted(await test.scrub(ADMIN_ID)).isForgotten).toBe(true);
        const after = test.storedRows();
        const texts = (rows: typeof before) => [
          ...rows.operations.map(({ body }) => String(body)),
          ...rows.outbox.map(({ payload }) => String(payload)),
        ];
        expect(texts(after)).toEqual(texts(before).map((text) => expectedText(text, ADMIN_ID)));
        expect(JSON.stringify(after)).not.toContain(CANARY);
        if (!JSON.stringify(before.record).includes(CANARY)) expect(after.record).toEqual(before.record);
      }),
      { numRuns: 60 },
    );
  });
});

/** Accepted, and nothing of it delivered. */
async function lendUnheard(test: TestInstance): Promise<void> {
  accepted(await test.setOverride('perf-4-16', { reason: CANARY }));
  await test.quiet();
}

/** One of them; refused ones leave their trace too. */
async function act(test: TestInstance, asked: string): Promise<void> {
  const apply = 'now' as const;
  if (asked === 'lend') await test.setOverride('perf-4-16', { reason: CANARY, apply });
  if (asked === 'lend by other')
    await test.setOverride('perf-4-8', { ...byOther(test), reason: 'kept', apply });
  if (asked === 'clear') await test.clearOverride({ apply });
  if (asked === 'clear by other') await test.clearOverride({ ...byOther(test) });
  if (asked === 'resize') await test.resize('perf-4-8', { apply });
  if (asked === 'stop' || asked === 'start') await test.change(asked);
}

describe('an owner who was deleted', () => {
  it('leaves nothing that they named in the tombstone; what an admin said of it stays', async () => {
    const test = await new TestInstance().provisioned({
      name: CANARY,
      env: { A: CANARY },
      secrets: { B: CANARY },
      idempotencyKey: CANARY,
      image: 'canary/image:1',
    });
    await test.done(test.setOverride('perf-4-16', { ...byOther(test), reason: 'kept' }));
    test.world.fail('startMachine', { kind: 'before', error: 'invalid' });
    await test.done(test.change('stop'));
    await test.done(test.change('start'));
    await test.done(test.change('destroy'));
    const lent = test.operations().find(({ kind }) => kind === 'set_override');
    expect(accepted(await test.scrub(OWNER_ID))).toMatchObject({ status: 'destroyed', isPaid: true });
    expect(test.state()).toMatchObject({ name: null, trackedImageTag: null, unsyncedEmail: null });
    expect(test.registry.row).toMatchObject({ name: null, trackedImageTag: null, status: 'destroyed' });
    expect(stored(test)).not.toContain('canary');
    expect(stored(test)).not.toContain('alice@example.com');
    const kept = test.operations().find(({ kind }) => kind === 'set_override');
    expect(kept).toMatchObject({ params: lent?.params, result: lent?.result });
    const refused = test.operations().find(({ status }) => status === 'failed');
    expect(refused?.error).toEqual({ code: 'provider_error', message: expect.stringContaining('gone') });
  });

  it('takes their address out of what is still owed, also while the instance is being destroyed', async () => {
    const test = new TestInstance();
    test.registry.mode = 'unavailable';
    await test.provisioned({ name: CANARY });
    expect(stored(test)).toContain('alice@example.com');
    test.world.fail('deleteMachines', { kind: 'before', error: 'unavailable' });
    accepted(await test.change('destroy'));
    await test.quiet();
    expect(accepted(await test.scrub(OWNER_ID))).toMatchObject({ status: 'destroying', isPaid: false });
    expect(stored(test)).not.toContain(CANARY);
    expect(stored(test)).not.toContain('alice@example.com');
    test.registry.mode = 'stores';
    expect(await test.settle()).toBe(true);
    expect(test.state().status).toBe('destroyed');
  });
});

describe('a call to scrub', () => {
  it('is refused for another owner, and journaled', async () => {
    const test = await new TestInstance().provisioned();
    await lend(test);
    const refused = await test.scrub(ADMIN_ID, test.caller('user_mallory'));
    expect(refusal(refused).code).toBe('instance_not_found');
    expect(stored(test)).toContain(CANARY);
    await test.quiet();
    const denied = [...test.registry.audit.values()].find(({ outcome }) => outcome === 'denied');
    expect(denied).toMatchObject({ action: 'scrub_person', targetUserId: OWNER_ID });
  });

  it('finds nothing in an empty object, and makes nothing there', async () => {
    const test = new TestInstance();
    expect(accepted(await test.scrub(ADMIN_ID))).toMatchObject({ status: null, isForgotten: true });
    expect(test.instance.hasRecord()).toBe(false);
  });

  it('is all or nothing where its process is killed', async () => {
    const test = await new TestInstance().provisioned();
    await lend(test);
    test.storage.killAfterSegments(1);
    await test.scrub(ADMIN_ID).catch(() => undefined);
    await test.crash();
    expect(stored(test)).not.toContain(CANARY);
    expect(await test.settle()).toBe(true);
    expect(test.registry.row?.adminSizeOverride).toEqual(test.state().adminMachineSizeOverride);
  });
});
