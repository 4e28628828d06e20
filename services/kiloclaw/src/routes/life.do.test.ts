import { ProvidersViewSchema, TiersViewSchema } from '@kiloclaw/platform-contract';
import { describe, expect, it, vi } from 'vitest';
import { atFly } from '../testing/fly-control.ts';
import {
  change,
  debugStatusOf,
  newTarget,
  operationOf,
  operationsOf,
  provisioned,
  send,
  statusOf,
} from '../testing/platform.ts';
import { auditRowsOf, registryRowOf, untilPaid } from '../testing/registry.ts';

const PATIENT = { timeout: 20_000, interval: 50 };

describe('the life of an instance over HTTP', () => {
  it('goes from provision to destroy, and is known to the registry', async () => {
    const target = newTarget();
    const born = await provisioned(target, { name: 'first', userEmail: 'alice@example.com' });
    expect(born).toMatchObject({ ...target, status: 'running', instanceType: 'perf-1-3', name: 'first' });
    expect(born.operation).toBeNull();

    const steps = [
      ['stop', 'stopped'],
      ['start', 'running'],
      ['restart', 'running'],
      ['destroy', 'destroyed'],
    ] as const;
    const { appName } = (await debugStatusOf(target)).providerState;
    expect(await atFly(appName)).toMatchObject({ machines: [{ state: 'started' }], volumes: [{}] });
    for (const [kind, status] of steps) {
      const answer = await change(kind, target);
      expect(answer).toMatchObject({ status: 200, operation: { kind, status: 'succeeded', error: null } });
      expect(await operationOf(target, answer.operation.id)).toMatchObject({ operation: answer.operation });
      expect(await statusOf(target)).toMatchObject({ status, operation: null });
      await untilPaid(target);
      await expectRegistryEqualsDebugStatus(target);
    }
    expect(await atFly(appName)).toEqual({ machines: [], volumes: [] });

    const operations = await operationsOf(target);
    const kinds = ['destroy', 'restart', 'start', 'stop', 'provision'];
    expect(operations.map(({ operation }) => operation.kind)).toEqual(kinds);
    const audit = await auditRowsOf(target);
    expect(audit.map(({ id }) => id).sort()).toEqual(
      operations.flatMap(({ operation }) => [`${operation.id}:requested`, `${operation.id}:result`]).sort(),
    );
    for (const row of audit) {
      expect(row).toMatchObject({ targetUserId: target.userId, actorId: 'internal', actorKind: 'api' });
      expect(['requested', 'succeeded']).toContain(row.outcome);
    }
  });

  it('answers 202 with the operation when the wait is over', async () => {
    const target = newTarget();
    const answer = await send('provision', target, { waitS: 0 });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ operation: { kind: 'provision', status: 'running' } });
    // Work that outlived the file would keep its worker from ending.
    await vi.waitFor(async () => expect((await statusOf(target)).status).toBe('running'), PATIENT);
    await untilPaid(target);
  });

  it('shows the providers that it has settings for, and what they can do', async () => {
    const answer = await send('providers', {});
    expect(answer.status).toBe(200);
    const view = ProvidersViewSchema.parse(answer.body);
    expect([view.default, view.providers.map(({ id }) => id)]).toEqual(['fly', ['fly']]);
    expect(view.providers[0]?.capabilities.volumesAreSized).toBe(true);
    expect(view.providers[0]?.sandbox).toBe(false);
  });

  it('shows the tiers', async () => {
    const answer = await send('tiers', {});
    expect(answer.status).toBe(200);
    expect(TiersViewSchema.parse(answer.body).default).toBe('perf-1-3');
  });
});

async function expectRegistryEqualsDebugStatus(target: ReturnType<typeof newTarget>): Promise<void> {
  const [row, debug] = [await registryRowOf(target), await debugStatusOf(target)];
  expect(row).toEqual({
    id: debug.instanceId,
    userId: debug.userId,
    sandboxId: debug.sandboxId,
    provider: debug.provider,
    name: debug.name,
    region: debug.region,
    instanceType: debug.instanceType,
    adminSizeOverride: null,
    status: debug.status,
    machineSize: debug.machineSize,
    volumeSizeGb: debug.volumeSizeGb,
    machineId: debug.providerState.machineId ?? null,
    driftKinds: debug.drift.map(({ kind }) => kind),
    trackedImageTag: debug.registry.trackedImageTag,
    registryVersion: debug.registry.version,
    createdAt: Date.parse(debug.createdAt),
    updatedAt: Date.parse(debug.registry.updatedAt),
    destroyedAt: debug.registry.destroyedAt === null ? null : Date.parse(debug.registry.destroyedAt),
  });
}
