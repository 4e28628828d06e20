/** What reaches the registry late, twice, or from an object's second life; against a real Postgres. */
import type { AuditRow, InstanceRow } from '@kiloclaw/db';
import { isUnfinished, StatusViewSchema } from '@kiloclaw/platform-contract';
import { describe, expect, it, vi } from 'vitest';
import {
  bindings,
  change,
  debugStatusOf,
  errorOf,
  loseStorage,
  newTarget,
  operationsOf,
  provisioned,
  send,
  statusOf,
  storedRows,
  type Target,
} from '../testing/platform.ts';
import { auditRowsOf, registryRowOf, untilPaid, whileRegistryRefuses } from '../testing/registry.ts';
import { registryPort } from './registry-port.ts';

const PATIENT = { timeout: 20_000, interval: 50 };
const registry = registryPort(bindings);

async function arrivedRow(target: Target): Promise<InstanceRow> {
  await untilPaid(target);
  const row = await registryRowOf(target);
  if (row === null) throw new Error('there is no row');
  return row;
}

/** The audit rows that the object still owes. */
async function owedAudit(target: Target): Promise<AuditRow[]> {
  const { outbox = [] } = await storedRows(target);
  return outbox.map((entry) => JSON.parse((entry as { payload: string }).payload) as AuditRow);
}

describe('a row that arrives late, or again', () => {
  it('is not written over a newer one, nor over one of its own version', async () => {
    const target = newTarget();
    await provisioned(target);
    const late = await arrivedRow(target);
    await change('stop', target);
    const newest = await arrivedRow(target);
    expect(newest.registryVersion).toBeGreaterThan(late.registryVersion);

    for (const row of [late, newest, { ...newest, status: 'running' }]) {
      expect(await registry.deliver({ user: null, row, audit: [] })).toEqual({
        outcome: 'stored',
        rowWritten: false,
        currentVersion: newest.registryVersion,
      });
      expect(await registryRowOf(target)).toEqual(newest);
    }
  });

  it('keeps a destroyed instance destroyed', async () => {
    const target = newTarget();
    await provisioned(target);
    const late = await arrivedRow(target);
    await change('destroy', target);
    const closed = await arrivedRow(target);
    await registry.deliver({ user: null, row: late, audit: [] });
    expect(await registryRowOf(target)).toEqual(closed);
    expect(closed.destroyedAt).not.toBeNull();
  });

  it('leaves each audit row once, though all of them are delivered again', async () => {
    const target = newTarget();
    await provisioned(target);
    await untilPaid(target);
    let owed: AuditRow[] = [];
    await whileRegistryRefuses(async () => {
      await change('stop', target);
      owed = await owedAudit(target);
    });
    expect(owed.map(({ outcome }) => outcome)).toEqual(['requested', 'succeeded']);
    await untilPaid(target);
    const arrived = await auditRowsOf(target);
    await registry.deliver({ user: null, row: null, audit: owed });
    expect(await auditRowsOf(target)).toEqual(arrived);
    expect(arrived.filter(({ id }) => owed.some((row) => row.id === id))).toHaveLength(owed.length);
  });
});

describe('an object that has lost its storage', () => {
  it('is restored by its owner’s status, and what it writes afterwards counts', async () => {
    const target = newTarget();
    await provisioned(target);
    await change('stop', target);
    const before = await arrivedRow(target);
    const { machineId, volumeId } = (await debugStatusOf(target)).providerState;
    await loseStorage(target);

    expect(await statusOf(target)).toMatchObject({ instanceType: 'perf-1-3', volumeSizeGb: 10 });
    await vi.waitFor(async () => {
      const [restore] = await operationsOf(target);
      expect(restore?.operation).toMatchObject({ kind: 'restore', status: 'succeeded' });
    }, PATIENT);
    expect((await debugStatusOf(target)).providerState).toMatchObject({ machineId, volumeId });
    const restored = await arrivedRow(target);
    expect(restored.registryVersion).toBeGreaterThan(before.registryVersion);

    const resize = await send('resize', { ...target, targetTier: 'perf-4-8' });
    expect(resize.status, resize.text).toBe(200);
    const resized = await arrivedRow(target);
    expect(resized).toMatchObject({
      instanceType: 'perf-4-8',
      machineSize: { cpus: 4, memory_mb: 8192 },
      volumeSizeGb: 20,
      machineId,
    });
    expect(resized.registryVersion).toBeGreaterThan(restored.registryVersion);
  });
});

describe('while Postgres is away', () => {
  it('nobody can tell whether an empty object is an instance, and a new one can be provisioned all the same', async () => {
    const named = newTarget();
    const { userId } = named;
    const idempotencyKey = crypto.randomUUID();
    let target = named;
    await whileRegistryRefuses(async () => {
      const refused = errorOf(await send('status', named));
      expect(refused).toMatchObject({ status: 503, code: 'registry_unavailable' });
      expect(await storedRows(named)).toEqual({});
      const made = StatusViewSchema.parse((await send('provision', { userId }, { idempotencyKey })).body);
      target = { userId, instanceId: made.instanceId };
      expect((await statusOf(target)).status).toBe('running');
    });
    await vi.waitFor(async () => expect((await registryRowOf(target))?.status).toBe('running'), PATIENT);
  });

  it('restores nothing of a lost object, and brings it back when Postgres does', async () => {
    const target = newTarget();
    await provisioned(target);
    await untilPaid(target);
    await loseStorage(target);
    await whileRegistryRefuses(async () => {
      for (const route of ['status', 'provision'] as const)
        expect(errorOf(await send(route, target)).code).toBe('registry_unavailable');
      expect(await storedRows(target)).toEqual({});
    });
    expect((await statusOf(target)).instanceType).toBe('perf-1-3');
    await vi.waitFor(async () => {
      const operations = await operationsOf(target);
      expect(operations.filter(({ operation }) => isUnfinished(operation.status))).toEqual([]);
    }, PATIENT);
  });
});
