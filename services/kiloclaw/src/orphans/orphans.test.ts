/** The search for orphans on a simulator of Fly, with a registry and objects that are what a test says. */
import type { InstanceRow } from '@kiloclaw/db';
import { describe, expect, it } from 'vitest';
import type { Presence } from '../instance/instance-rpc.ts';
import { FLEET, type Life } from '../providers/fly/testing/harness.ts';
import { useFly } from '../providers/fly/testing/use-fly.ts';
import type { FleetResource, Provider } from '../providers/provider.ts';
import { deleteOrphans, type NamedResource } from './delete-orphans.ts';
import { findOrphans } from './find-orphans.ts';
import { type OrphanPorts, YOUNG_MS } from './orphan-ports.ts';

const OTHER_FLEET = '0190a7c4-0000-7000-8000-000000000002';
const LATER_MS = YOUNG_MS + 60_000;
const DELETE = 'DELETE';

const fly = await useFly();

/** Registry and objects of a fleet, and the time at which it is looked at: by default late enough for everything. */
class Fleet {
  readonly provider: Provider;
  readonly rows = new Map<string, InstanceRow>();
  readonly presences = new Map<string, Presence | null>();
  aheadMs = LATER_MS;
  listed: ((resources: readonly FleetResource[]) => readonly FleetResource[]) | null = null;

  constructor(provider: Provider = fly.provider()) {
    this.provider = provider;
  }

  get ports(): OrphanPorts {
    const { provider, listed } = this;
    return {
      now: () => Date.now() + this.aheadMs,
      fleetId: FLEET,
      provider: {
        ...provider,
        listFleet: async (fleetId) => {
          const found = await provider.listFleet(fleetId);
          return listed === null ? found : listed(found);
        },
      },
      activeRows: async (afterId, limit) =>
        [...this.rows.values()]
          .filter(({ id, destroyedAt }) => destroyedAt === null && (afterId === null || id > afterId))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      rowsOf: async (ids) => ids.flatMap((id) => this.rows.get(id) ?? []),
      presenceOf: async (id) => this.presences.get(id) ?? (this.presences.has(id) ? null : 'none'),
    };
  }

  /** The registry hears of the instance, and its object lives. */
  register({ tags: { instanceId, userId }, resources }: Life, changes: Partial<InstanceRow> = {}): void {
    const row = {
      id: instanceId,
      userId,
      provider: 'fly',
      status: 'running',
      machineId: (resources.machineId as string | undefined) ?? null,
      createdAt: Date.now() - LATER_MS,
      destroyedAt: null,
      ...changes,
    };
    this.rows.set(instanceId, row as InstanceRow);
    this.presences.set(instanceId, row.destroyedAt === null ? 'live' : 'destroyed');
  }

  find = () => findOrphans(this.ports);
  delete = (...resources: NamedResource[]) => deleteOrphans(this.ports, resources);
}

const closed = { destroyedAt: 1, status: 'destroyed' };

const machineOf = (life: Life): NamedResource => ({
  kind: 'machine',
  id: life.text('machineId'),
  instanceId: life.tags.instanceId,
});
const volumeOf = (life: Life): NamedResource => ({
  kind: 'volume',
  id: life.text('volumeId'),
  instanceId: life.tags.instanceId,
});

async function deletions(): Promise<number> {
  const counters = Object.entries(await fly.counters());
  return counters.filter(([route]) => route.startsWith(DELETE)).reduce((sum, [, calls]) => sum + calls, 0);
}

describe('what is shown', () => {
  it('is what no instance claims: nobody has heard of it, or it is gone', async () => {
    const fleet = new Fleet();
    const [living, unknown, destroyed] = [
      await fly.provisioned(),
      await fly.provisioned(),
      await fly.provisioned(),
    ];
    fleet.register(living);
    fleet.register(destroyed, closed);
    const view = await fleet.find();
    expect(view).toMatchObject({ provider: 'fly', resourcesCount: 6, unverifiedCount: 0, isCutOff: false });
    expect(view.orphans).toMatchObject([
      { ...machineOf(unknown), reason: 'no_instance' },
      { ...volumeOf(unknown), reason: 'no_instance' },
      { ...machineOf(destroyed), reason: 'destroyed_instance' },
      { ...volumeOf(destroyed), reason: 'destroyed_instance' },
    ]);
    expect(Date.parse(view.orphans[0]?.createdAt ?? '')).toBeLessThanOrEqual(Date.now());
    expect(view.instances).toEqual([]);
    expect(await deletions()).toBe(0);
  });

  it('is nothing of another fleet, and nothing of another prefix', async () => {
    await fly.provisioned(fly.life(fly.provider(), OTHER_FLEET));
    await fly.provisioned(fly.life(fly.provider({ appPrefix: 'other' })));
    expect(await new Fleet().find()).toMatchObject({ resourcesCount: 0, orphans: [] });
  });

  it('is nothing young: it may be of an instance that is being made', async () => {
    await fly.provisioned();
    const fleet = new Fleet();
    fleet.aheadMs = YOUNG_MS - 60_000;
    expect((await fleet.find()).orphans).toEqual([]);
    fleet.aheadMs = YOUNG_MS + 60_000;
    expect((await fleet.find()).orphans).toHaveLength(2);
  });

  it('is nothing of an instance that lives and has no row, which is told by itself', async () => {
    const fleet = new Fleet();
    const life = await fly.provisioned();
    const { instanceId } = life.tags;
    fleet.presences.set(instanceId, 'live');
    const view = await fleet.find();
    expect(view.orphans).toEqual([]);
    const resources = [machineOf(life), volumeOf(life)].map(({ kind, id }) => ({ kind, id }));
    expect(view.unregistered).toEqual([{ instanceId, resources }]);
  });

  it('is nothing of an instance whose object lost its storage and is to be restored', async () => {
    const fleet = new Fleet();
    const life = await fly.provisioned();
    fleet.register(life);
    fleet.presences.set(life.tags.instanceId, 'none');
    expect((await fleet.find()).orphans).toEqual([]);
  });

  it('is nothing of an instance that has more than it should, which is told by itself', async () => {
    const fleet = new Fleet();
    const [life, whole] = [await fly.provisioned(), await fly.provisioned()];
    for (const each of [life, whole]) fleet.register(each);
    const { instanceId } = life.tags;
    const twin = { kind: 'machine', id: 'twin', instanceId } as const;
    fleet.listed = (found) => [...found, twin];
    const view = await fleet.find();
    expect(view.orphans).toEqual([]);
    expect(view.crowded).toMatchObject([
      { instanceId, userId: 'user-1', resources: expect.arrayContaining([{ kind: 'machine', id: 'twin' }]) },
    ]);
  });

  it('is nothing of an instance that does not answer, which is counted', async () => {
    const fleet = new Fleet();
    fleet.presences.set((await fly.provisioned()).tags.instanceId, null);
    expect(await fleet.find()).toMatchObject({ orphans: [], unverifiedCount: 1 });
  });

  it('tells of what bears the fleet’s mark and names no instance that lives there', async () => {
    const fleet = new Fleet();
    const [life, stranger] = [await fly.provisioned(), await fly.provisioned()];
    fleet.register(life);
    fleet.register(stranger);
    const config = (instanceId: string) => ({
      image: 'registry.example.com/other:1',
      metadata: { kiloclaw_fleet_id: FLEET, kiloclaw_instance_id: instanceId },
    });
    const machines = `/apps/${life.text('appName')}/machines`;
    await fly.api('POST', machines, { name: 'nameless', config: config('somebody') });
    await fly.api('POST', machines, { name: 'lost', config: config(stranger.tags.instanceId) });
    expect((await fleet.find()).orphans).toMatchObject([
      { kind: 'machine', instanceId: null, reason: 'unattributed' },
      { kind: 'machine', instanceId: null, reason: 'unattributed' },
    ]);
  });

  it('is refused as a whole where the provider does not answer', async () => {
    await fly.provisioned();
    await fly.fault({ route: 'GET /v1/orgs/{org}/volumes', kind: 'fail_before', times: 10 });
    await expect(new Fleet().find()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('an instance without its resources', () => {
  it('is shown with what it lacks', async () => {
    const fleet = new Fleet();
    const [whole, noMachine, nothing] = [await fly.provisioned(), await fly.provisioned(), fly.life()];
    for (const life of [whole, noMachine, nothing]) fleet.register(life);
    await noMachine.deleteMachines();
    expect((await fleet.find()).instances).toEqual([
      { instanceId: noMachine.tags.instanceId, userId: 'user-1', status: 'running', missing: ['machine'] },
      { instanceId: nothing.tags.instanceId, userId: 'user-1', status: 'running', missing: ['volume'] },
    ]);
  });

  it('is not shown on the word of an empty list', async () => {
    const fleet = new Fleet();
    fleet.register(await fly.provisioned());
    fleet.listed = () => [];
    expect(await fleet.find()).toMatchObject({ resourcesCount: 0, instances: [] });
  });

  it('is counted where it can’t be looked at anew', async () => {
    const fleet = new Fleet();
    const life = fly.life();
    await life.ensureHome();
    fleet.register(life);
    fleet.listed = () => [];
    await fly.fault({ route: 'GET /v1/apps/{app}/volumes', kind: 'fail_before', times: 10 });
    expect(await fleet.find()).toMatchObject({ instances: [], unverifiedCount: 1 });
  });

  it.each([
    ['one that is being made', { status: 'provisioning' }],
    ['one that is being destroyed', { status: 'destroying' }],
    ['a young one', { createdAt: Date.now() + LATER_MS }],
    ['another provider’s', { provider: 'docker-local' }],
  ])('is not %s', async (_what, changes) => {
    const fleet = new Fleet();
    fleet.register(fly.life(), changes);
    expect((await fleet.find()).instances).toEqual([]);
  });
});

describe('a deletion', () => {
  it('takes machine, volume and the emptied home, in whatever order they are named; asked again, they are gone', async () => {
    const fleet = new Fleet();
    const [life, living] = [await fly.provisioned(), await fly.provisioned()];
    fleet.register(living);
    const named = [volumeOf(life), machineOf(life)];
    const answer = await fleet.delete(...named);
    expect(answer.results).toEqual(named.map((each) => ({ ...each, outcome: 'deleted', error: null })));
    const { apps, machines } = await fly.state();
    expect(apps.map(({ name }) => name)).toEqual([living.text('appName')]);
    expect(machines.map(({ id }) => id)).toEqual([living.text('machineId')]);
    expect((await fleet.delete(...named)).results).toMatchObject([{ outcome: 'gone' }, { outcome: 'gone' }]);
  });

  it('leaves what was not named, and its home', async () => {
    const life = await fly.provisioned();
    await new Fleet().delete(machineOf(life));
    const { apps, machines, volumes } = await fly.state();
    expect([apps.length, machines.length, volumes.length]).toEqual([1, 0, 1]);
  });

  it.each([
    [
      'its row is active, though its object holds nothing',
      (fleet: Fleet, life: Life) => {
        fleet.register(life);
        fleet.presences.set(life.tags.instanceId, 'none');
      },
      'refused',
    ],
    [
      'its object lives',
      (fleet: Fleet, { tags }: Life) => fleet.presences.set(tags.instanceId, 'live'),
      'refused',
    ],
    [
      'its object is silent',
      (fleet: Fleet, { tags }: Life) => fleet.presences.set(tags.instanceId, null),
      'failed',
    ],
    [
      'it is young',
      (fleet: Fleet) => {
        fleet.aheadMs = 0;
      },
      'refused',
    ],
  ])('does not happen where %s', async (_what, arrange, outcome) => {
    const fleet = new Fleet();
    const life = await fly.provisioned();
    arrange(fleet, life);
    const { results } = await fleet.delete(machineOf(life), volumeOf(life));
    expect(results).toMatchObject([{ outcome }, { outcome }]);
    expect(results.every(({ error }) => error !== null)).toBe(true);
    expect(await deletions()).toBe(0);
  });

  it('refuses what is another fleet’s, also under the same names', async () => {
    const life = await fly.provisioned(fly.life(fly.provider(), OTHER_FLEET));
    const { results } = await new Fleet().delete(machineOf(life), volumeOf(life));
    expect(results).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
    expect(await deletions()).toBe(0);
  });

  it('does not reach another instance’s resources by a wrong name', async () => {
    const fleet = new Fleet();
    const [orphan, living] = [await fly.provisioned(), await fly.provisioned()];
    fleet.register(living);
    const wrong = { ...volumeOf(living), instanceId: orphan.tags.instanceId };
    expect((await fleet.delete(wrong)).results).toMatchObject([{ outcome: 'gone' }]);
    expect(await deletions()).toBe(0);
  });

  it('of a volume that is still bound fails, says so, and succeeds later', async () => {
    await fly.control('POST', '/settings', { unbindLagMs: 60_000 });
    const fleet = new Fleet();
    const life = await fly.provisioned();
    expect((await fleet.delete(machineOf(life), volumeOf(life))).results).toMatchObject([
      { outcome: 'deleted' },
      { outcome: 'failed', error: { code: 'provider_error', details: { retryMayHelp: true } } },
    ]);
  });

  it('keeps no other resource from its turn', async () => {
    const fleet = new Fleet();
    const [first, second] = [await fly.provisioned(), await fly.provisioned()];
    await fly.fault({ route: 'DELETE /v1/apps/{app}/machines/{machine}', kind: 'fail_before' });
    expect((await fleet.delete(machineOf(first), machineOf(second))).results).toMatchObject([
      { outcome: 'failed' },
      { outcome: 'deleted' },
    ]);
  });
});
