import { MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { eq, getTableColumns, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { RegistryDb } from '../client.ts';
import type { InstanceRow } from '../rows.ts';
import { kiloclawInstances } from '../schema/kiloclaw-instances.ts';
import { inChunks, sortedBy } from './chunks.ts';
import { answered } from './registry-failure.ts';

/** `written` is false where the registry has this version already, or a later one: `currentVersion`. */
export type WrittenRow = { readonly id: string; readonly written: boolean; readonly currentVersion: number };

type StoredRow = typeof kiloclawInstances.$inferSelect;

/**
 * Writes each row unless the registry holds the same version or a later one, so that late and repeated
 * writes are harmless. The answers stand in the order of `rows`.
 */
export async function writeInstanceRows(db: RegistryDb, rows: readonly InstanceRow[]): Promise<WrittenRow[]> {
  const writtenIds: string[] = [];
  for (const chunk of inChunks(highestVersions(rows))) {
    for (const { id } of await upsertInstanceRows(db, chunk)) writtenIds.push(id);
  }
  return answersFor(db, rows, writtenIds);
}

/** One statement, which returns the ids of the rows it wrote. */
export function upsertInstanceRows(db: RegistryDb, rows: readonly InstanceRow[]) {
  return db
    .insert(kiloclawInstances)
    .values(sortedBy(highestVersions(rows), keyOf).map(toStored))
    .onConflictDoUpdate({
      target: kiloclawInstances.id,
      set: everythingButIdAndCreation(),
      setWhere: lt(kiloclawInstances.registryVersion, sql`excluded.registry_version`),
    })
    .returning({ id: kiloclawInstances.id });
}

/** What became of each row, given the ids that were written. Of those that were not, the version is read. */
export async function answersFor(
  db: RegistryDb,
  rows: readonly InstanceRow[],
  writtenIds: readonly string[],
): Promise<WrittenRow[]> {
  const winners = new Map(highestVersions(rows).map((row) => [keyOf(row), row]));
  const written = new Set(writtenIds);
  const storedVersions = await readVersions(
    db,
    [...winners.keys()].filter((id) => !written.has(id)),
  );
  return rows.map((row) => {
    const winner = winners.get(keyOf(row)) ?? row;
    return {
      id: row.id,
      written: written.has(keyOf(row)) && winner === row,
      currentVersion: storedVersions.get(keyOf(row)) ?? winner.registryVersion,
    };
  });
}

/** The row of one instance, in the shape in which its Instance handed it over; null where there is none. */
export async function readInstanceRow(db: RegistryDb, id: string): Promise<InstanceRow | null> {
  const [stored] = await db.select().from(kiloclawInstances).where(eq(kiloclawInstances.id, id));
  return stored === undefined ? null : fromStored(stored);
}

/** `closed`: the instance was destroyed, and its row is kept. Its id is never used again. */
export type FoundRow =
  | { readonly kind: 'none' }
  | { readonly kind: 'active' | 'closed'; readonly row: InstanceRow };

/**
 * What the registry knows of one instance: all that a restore of its object begins with. `adminSizeOverride` is as
 * it was stored: read it with `AdminSizeOverridePayloadSchema`. Throws `RegistryUnavailable`.
 */
export async function findInstanceRow(db: RegistryDb, id: string): Promise<FoundRow> {
  const row = await answered(() => readInstanceRow(db, id));
  if (row === null) return { kind: 'none' };
  return { kind: row.destroyedAt === null ? 'active' : 'closed', row };
}

/** Postgres writes UUIDs in lower case, whatever it was given. */
const keyOf = (row: InstanceRow): string => row.id.toLowerCase();

/** One statement can't write a row twice: of several versions of one instance the highest stands for all. */
function highestVersions(rows: readonly InstanceRow[]): InstanceRow[] {
  const winners = new Map<string, InstanceRow>();
  for (const row of rows) {
    const winner = winners.get(keyOf(row));
    if (winner === undefined || winner.registryVersion < row.registryVersion) winners.set(keyOf(row), row);
  }
  return [...winners.values()];
}

function everythingButIdAndCreation(): Record<string, SQL> {
  const { id: _id, createdAt: _createdAt, ...columns } = getTableColumns(kiloclawInstances);
  return Object.fromEntries(
    Object.entries(columns).map(([key, column]) => [key, sql`excluded.${sql.identifier(column.name)}`]),
  );
}

async function readVersions(db: RegistryDb, ids: readonly string[]): Promise<Map<string, number>> {
  const versions = new Map<string, number>();
  for (const chunk of inChunks(ids)) {
    const found = await db
      .select({ id: kiloclawInstances.id, version: kiloclawInstances.registryVersion })
      .from(kiloclawInstances)
      .where(inArray(kiloclawInstances.id, chunk));
    for (const { id, version } of found) versions.set(id, version);
  }
  return versions;
}

function toStored({ machineSize, ...row }: InstanceRow): StoredRow {
  return {
    ...row,
    cpus: machineSize?.cpus ?? null,
    memoryMb: machineSize?.memory_mb ?? null,
    cpuKind: machineSize?.cpu_kind ?? null,
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    destroyedAt: row.destroyedAt === null ? null : new Date(row.destroyedAt),
  };
}

/** A machine size that can't be read counts as unknown, so that one such row spoils no list and no restore. */
export function fromStored({ cpus, memoryMb, cpuKind, ...row }: StoredRow): InstanceRow {
  const machineSize = MachineSizeSchema.safeParse({ cpus, memory_mb: memoryMb, cpu_kind: cpuKind });
  return {
    ...row,
    adminSizeOverride: row.adminSizeOverride as InstanceRow['adminSizeOverride'],
    machineSize: machineSize.data ?? null,
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
    destroyedAt: row.destroyedAt?.getTime() ?? null,
  };
}
