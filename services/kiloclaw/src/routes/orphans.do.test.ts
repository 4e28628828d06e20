import {
  createPlatformClient,
  type DeleteOrphansAnswer,
  DeleteOrphansAnswerSchema,
  ORPHANS_DELETE_MAX,
  type Orphan,
  OrphansViewSchema,
} from '@kiloclaw/platform-contract';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FULL_KEY } from '../testing/bindings.ts';
import { atFly, clearFaults, flyChanges, resetFlyCounters } from '../testing/fly-control.ts';
import {
  change,
  debugStatusOf,
  errorOf,
  loseStorage,
  newTarget,
  provisioned,
  send,
  sendRequest,
  type Target,
} from '../testing/platform.ts';
import { auditRowsByAction, forgetRow, untilPaid, whileRegistryRefuses } from '../testing/registry.ts';

const LATER_MS = 11 * 60_000;
const actor = { kind: 'admin', id: 'user_admin' } as const;

/** How far the Worker's clock is ahead. It never goes back: the gate of Fly's lists counts by it, too. */
let aheadMs = 0;

beforeAll(() => {
  const realNow = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs);
});

afterAll(() => vi.restoreAllMocks());

afterEach(clearFaults);

/** The Worker looks at the fleet as if so much time had passed. */
function later(): void {
  aheadMs += LATER_MS;
}

async function orphansOf(instanceId: string): Promise<Orphan[]> {
  const answer = await send('orphans', { provider: 'fly' });
  expect(answer.status, answer.text).toBe(200);
  const { orphans } = OrphansViewSchema.parse(answer.body);
  return orphans.filter((orphan) => orphan.instanceId === instanceId);
}

const named = (orphans: readonly Orphan[]) =>
  orphans.map(({ kind, id, instanceId }) => ({ kind, id, instanceId }));

async function deleted(resources: readonly object[]): Promise<DeleteOrphansAnswer['results']> {
  const answer = await send('deleteOrphans', { provider: 'fly', actor, resources });
  expect(answer.status, answer.text).toBe(200);
  return DeleteOrphansAnswerSchema.parse(answer.body).results;
}

/** An instance of which neither its object nor the registry knows any more; its app at Fly. */
async function abandoned(): Promise<{ target: Target; appName: string }> {
  const target = newTarget();
  await provisioned(target);
  const appName = String((await debugStatusOf(target)).providerState.appName);
  await untilPaid(target);
  await forgetRow(target);
  await loseStorage(target);
  return { target, appName };
}

describe('what lies at Fly without an instance', () => {
  it('is shown once it is no longer young, deleted when it is named, and then gone', async () => {
    const { target, appName } = await abandoned();
    expect(await orphansOf(target.instanceId)).toEqual([]);
    later();
    const orphans = await orphansOf(target.instanceId);
    expect(orphans).toMatchObject([
      { kind: 'machine', reason: 'no_instance' },
      { kind: 'volume', reason: 'no_instance' },
    ]);
    const journaled = async () =>
      (await auditRowsByAction('delete_orphans'))
        .filter(({ metadata }) => orphans.every(({ id }) => JSON.stringify(metadata).includes(id)))
        .map(({ outcome, actorId, metadata }) => ({ outcome, actorId, metadata }));
    expect(await deleted(named(orphans))).toMatchObject([{ outcome: 'deleted' }, { outcome: 'deleted' }]);
    expect(await atFly(appName)).toEqual({ machines: [], volumes: [] });
    expect(await journaled()).toMatchObject([
      { outcome: 'requested', actorId: actor.id },
      { outcome: 'succeeded', metadata: { outcomes: [{ outcome: 'deleted' }, { outcome: 'deleted' }] } },
    ]);
    expect(await deleted(named(orphans))).toMatchObject([{ outcome: 'gone' }, { outcome: 'gone' }]);
    expect(await journaled()).toHaveLength(4);
    expect(await orphansOf(target.instanceId)).toEqual([]);
  });

  it('is nothing of an instance that lives, whatever is asked', async () => {
    const target = newTarget();
    await provisioned(target);
    const { providerState: resources } = await debugStatusOf(target);
    later();
    expect(await orphansOf(target.instanceId)).toEqual([]);
    await resetFlyCounters();
    const mine = [
      { kind: 'machine', id: resources.machineId, instanceId: target.instanceId },
      { kind: 'volume', id: resources.volumeId, instanceId: target.instanceId },
    ];
    expect(await deleted(mine)).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
    expect(await flyChanges()).toBe(0);
  });

  it('is nothing of an instance that was destroyed and left nothing', async () => {
    const target = newTarget();
    await provisioned(target);
    await change('destroy', target);
    later();
    expect(await orphansOf(target.instanceId)).toEqual([]);
  });

  it('is not deleted while Postgres is away: no act without its row', async () => {
    const { target } = await abandoned();
    later();
    const orphans = named(await orphansOf(target.instanceId));
    await resetFlyCounters();
    await whileRegistryRefuses(async () => {
      const answer = await send('deleteOrphans', { provider: 'fly', actor, resources: orphans });
      expect(errorOf(answer)).toMatchObject({ status: 503, code: 'registry_unavailable' });
    });
    expect(await flyChanges()).toBe(0);
  });

  it('is told by the typed client', async () => {
    const client = createPlatformClient({
      baseUrl: 'http://control-plane.test',
      apiKey: FULL_KEY,
      fetch: async (request) => {
        const { status, text } = await sendRequest(request);
        return new Response(text, { status });
      },
    });
    expect((await client.call('orphans', { provider: 'fly' })).body.provider).toBe('fly');
  });
});

describe('bad input', () => {
  const resource = { kind: 'machine', id: 'x', instanceId: newTarget().instanceId };

  it.each([
    ['no actor', { provider: 'fly', resources: [resource] }, 'actor'],
    ['nothing', { provider: 'fly', actor, resources: [] }, 'resources'],
    [
      'no instance',
      { provider: 'fly', actor, resources: [{ ...resource, instanceId: null }] },
      'resources.0.instanceId',
    ],
    [
      'too much',
      { provider: 'fly', actor, resources: Array(ORPHANS_DELETE_MAX + 1).fill(resource) },
      'resources',
    ],
  ])('%s is refused by the field’s path', async (_what, body, path) => {
    const error = errorOf(await send('deleteOrphans', body));
    expect(error).toMatchObject({ status: 400, code: 'invalid_request', details: { fields: [{ path }] } });
  });

  it('a provider that is not configured here is refused', async () => {
    const answer = await send('orphans', { provider: 'northflank' });
    expect(errorOf(answer)).toMatchObject({ status: 422, code: 'provider_unsupported' });
  });
});
