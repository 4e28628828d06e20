/**
 * Provider and registry held against each other, both ways. The provider is listed first: an instance that is made in
 * between has a row without resources, which is looked at again, and no resource without a row. Nothing is shown on
 * the word of a list alone: the instance's object is asked for each orphan, the provider anew for each instance.
 */
import type { InstanceRow } from '@kiloclaw/db';
import {
  type BereftInstance,
  type CrowdedInstance,
  InstanceIdSchema,
  InstanceStatusSchema,
  ORPHANS_LIST_MAX,
  type Orphan,
  type OrphansView,
  type UnregisteredInstance,
} from '@kiloclaw/platform-contract';
import type { FleetResource } from '../providers/provider.ts';
import { isYoung, type OrphanPorts, tagsOf, YOUNG_MS } from './orphan-ports.ts';

const PAGE_ROWS = 1_000;
/** Beyond it, a fleet is too large for one look. */
const ROWS_MOST = 100_000;
/** Instances that are asked, or looked at anew, for one answer. */
const VERIFIED_MOST = 500;
const VERIFIED_AT_ONCE = 5;
const ROWS_AT_ONCE = 1_000;

/** Throws `RegistryUnavailable`, and a `ProviderError` where the fleet can't be listed. Changes nothing. */
export async function findOrphans(ports: OrphanPorts): Promise<OrphansView> {
  const nowMs = ports.now();
  const resources = await ports.provider.listFleet(ports.fleetId);
  const registered = await activeRowsOf(ports);
  const ofInstances = groupedByInstance(resources);
  const strangers = [...ofInstances.keys()].filter((instanceId) => !registered.rows.has(instanceId));
  const orphans = await verifiedOrphans(ports, ofInstances, strangers, nowMs);
  const bereft = await verifiedBereft(ports, registered.rows, ofInstances, nowMs);
  const unattributed = resources
    .filter((resource) => instanceIdOf(resource) === null && !isYoung(resource, nowMs))
    .map((resource) => orphanOf(resource, null, 'unattributed'));
  const found = [...orphans.found, ...unattributed];
  const crowded = crowdedOf(registered.rows, ofInstances);
  return {
    provider: ports.provider.id,
    lookedAt: new Date(nowMs).toISOString(),
    resourcesCount: resources.length,
    orphans: found.slice(0, ORPHANS_LIST_MAX),
    instances: bereft.found.slice(0, ORPHANS_LIST_MAX),
    unregistered: orphans.unregistered.slice(0, ORPHANS_LIST_MAX),
    crowded: crowded.slice(0, ORPHANS_LIST_MAX),
    unverifiedCount: orphans.unverified + bereft.unverified,
    isCutOff:
      registered.isCutOff ||
      orphans.isCutOff ||
      bereft.isCutOff ||
      [found, bereft.found, orphans.unregistered, crowded].some(({ length }) => length > ORPHANS_LIST_MAX),
  };
}

interface Verified<Found> {
  readonly found: Found[];
  readonly unverified: number;
  readonly isCutOff: boolean;
}

/** The active rows of all providers: an id is an instance's wherever that lives. */
async function activeRowsOf({ activeRows }: OrphanPorts) {
  const rows = new Map<string, InstanceRow>();
  let afterId: string | null = null;
  while (rows.size < ROWS_MOST) {
    const page: readonly InstanceRow[] = await activeRows(afterId, PAGE_ROWS);
    for (const row of page) rows.set(row.id, row);
    if (page.length < PAGE_ROWS) return { rows, isCutOff: false };
    afterId = page.at(-1)?.id ?? null;
  }
  return { rows, isCutOff: true };
}

/** What is marked with something that is no instance id names none. In lower case, as Postgres writes it. */
function instanceIdOf({ instanceId }: FleetResource): string | null {
  return InstanceIdSchema.safeParse(instanceId).data?.toLowerCase() ?? null;
}

function groupedByInstance(resources: readonly FleetResource[]): Map<string, FleetResource[]> {
  const groups = new Map<string, FleetResource[]>();
  for (const resource of resources) {
    const instanceId = instanceIdOf(resource);
    if (instanceId === null) continue;
    groups.set(instanceId, [...(groups.get(instanceId) ?? []), resource]);
  }
  return groups;
}

function orphanOf(
  { kind, id, createdAtMs }: FleetResource,
  instanceId: string | null,
  reason: Orphan['reason'],
): Orphan {
  const createdAt = createdAtMs === undefined ? null : new Date(createdAtMs).toISOString();
  return { kind, id, instanceId, reason, createdAt };
}

/** Of instances without an active row, what their objects do not claim either; and the objects that do. */
async function verifiedOrphans(
  ports: OrphanPorts,
  ofInstances: ReadonlyMap<string, readonly FleetResource[]>,
  strangers: readonly string[],
  nowMs: number,
): Promise<Verified<Orphan> & { readonly unregistered: UnregisteredInstance[] }> {
  const old = strangers.filter((instanceId) =>
    (ofInstances.get(instanceId) ?? []).every((resource) => !isYoung(resource, nowMs)),
  );
  const asked = old.slice(0, VERIFIED_MOST);
  const rows = new Map<string, InstanceRow>();
  for (let first = 0; first < asked.length; first += ROWS_AT_ONCE) {
    for (const row of await ports.rowsOf(asked.slice(first, first + ROWS_AT_ONCE))) rows.set(row.id, row);
  }
  // Registered since the rows were read: no orphan.
  const unregistered = asked.filter((instanceId) => rows.get(instanceId)?.destroyedAt !== null);
  const found: Orphan[] = [];
  const alive: UnregisteredInstance[] = [];
  let unverified = 0;
  await eachOf(unregistered, async (instanceId) => {
    const presence = await ports.presenceOf(instanceId);
    if (presence === null) {
      unverified += 1;
      return;
    }
    if (presence === 'live') {
      const resources = (ofInstances.get(instanceId) ?? []).map(({ kind, id }) => ({ kind, id }));
      alive.push({ instanceId, resources });
      return;
    }
    const reason = presence === 'destroyed' || rows.has(instanceId) ? 'destroyed_instance' : 'no_instance';
    for (const resource of ofInstances.get(instanceId) ?? [])
      found.push(orphanOf(resource, instanceId, reason));
  });
  alive.sort((a, b) => a.instanceId.localeCompare(b.instanceId));
  return {
    found: found.sort(byInstance),
    unregistered: alive,
    unverified,
    isCutOff: old.length > asked.length,
  };
}

function byInstance(a: Orphan, b: Orphan): number {
  return (
    (a.instanceId ?? '').localeCompare(b.instanceId ?? '') ||
    a.kind.localeCompare(b.kind) ||
    a.id.localeCompare(b.id)
  );
}

/** Told on the word of the list: a look of the instance's own costs more than all of it, and is for these few. */
function crowdedOf(
  rows: ReadonlyMap<string, InstanceRow>,
  ofInstances: ReadonlyMap<string, readonly FleetResource[]>,
): CrowdedInstance[] {
  const isCrowded = (resources: readonly FleetResource[]) =>
    (['machine', 'volume'] as const).some(
      (kind) => resources.filter((each) => each.kind === kind).length > 1,
    );
  return [...ofInstances]
    .flatMap(([instanceId, resources]) => {
      const row = rows.get(instanceId);
      if (row === undefined || !SETTLED.has(row.status) || !isCrowded(resources)) return [];
      return [{ instanceId, userId: row.userId, resources: resources.map(({ kind, id }) => ({ kind, id })) }];
    })
    .sort((a, b) => a.instanceId.localeCompare(b.instanceId));
}

/** What an instance of this provider should have by its row, and has not by what was found. */
function missingOf(row: InstanceRow, resources: readonly FleetResource[]): BereftInstance['missing'] {
  const has = (kind: FleetResource['kind']) => resources.some((resource) => resource.kind === kind);
  const missing: BereftInstance['missing'] = [];
  if (row.machineId !== null && !has('machine')) missing.push('machine');
  if (!has('volume')) missing.push('volume');
  return missing;
}

/** Instances that lack something in the list, and lack it still when the provider is asked for theirs alone. */
async function verifiedBereft(
  ports: OrphanPorts,
  rows: ReadonlyMap<string, InstanceRow>,
  ofInstances: ReadonlyMap<string, readonly FleetResource[]>,
  nowMs: number,
): Promise<Verified<BereftInstance>> {
  const suspects = [...rows.values()].filter(
    (row) =>
      row.provider === ports.provider.id &&
      SETTLED.has(row.status) &&
      nowMs - row.createdAt >= YOUNG_MS &&
      missingOf(row, ofInstances.get(row.id) ?? []).length > 0,
  );
  const asked = suspects.slice(0, VERIFIED_MOST);
  const found: BereftInstance[] = [];
  let unverified = 0;
  await eachOf(asked, async (row) => {
    const tags = tagsOf(ports, row.id);
    const status = InstanceStatusSchema.safeParse(row.status);
    const owned = await ports.provider.listOwned(tags, ports.provider.nameResources(tags)).catch(() => null);
    if (owned === null || !status.success) {
      unverified += 1;
      return;
    }
    const missing = missingOf(row, owned);
    if (missing.length > 0)
      found.push({ instanceId: row.id, userId: row.userId, status: status.data, missing });
  });
  found.sort((a, b) => a.instanceId.localeCompare(b.instanceId));
  return { found, unverified, isCutOff: suspects.length > asked.length };
}

/** What is being made or destroyed has less than it should, and rightly so. */
const SETTLED: ReadonlySet<string> = new Set(['provisioned', 'running', 'stopped']);

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += VERIFIED_AT_ONCE) {
    await Promise.all(items.slice(first, first + VERIFIED_AT_ONCE).map(work));
  }
}
