/**
 * How the Worker asks the registry: over one connection a request, since a client that requests share hangs the
 * second of them. What an instance owes is written by `registry-writer.ts`.
 */
import {
  type AuditRow,
  appendAudit,
  type FleetGauges,
  fleetGauges,
  type InstanceFilter,
  type InstancePage,
  type InstancePageRequest,
  type InstanceRow,
  instancesById,
  openRegistry,
  type RegistryDb,
  RegistryUnavailable,
  type SweepPageRequest,
  searchInstances,
  sweepPage,
} from '@kiloclaw/db';
import type { Env } from '../env.ts';
import { inTime } from '../in-time.ts';

const CONNECT_TIMEOUT_S = 3;
/** Connecting included: a dead connection never answers. */
const READ_TIMEOUT_MS = 8_000;

/** A page of the registry's list. Throws `RegistryUnavailable`. */
export function searchRegistry(
  env: Env,
  filter: InstanceFilter,
  page: InstancePageRequest,
): Promise<InstancePage> {
  return readRegistry(env, (db) => searchInstances(db, filter, page));
}

/** The next rows of a sweep, in the order of their ids. Throws `RegistryUnavailable`. */
export function readSweepPage(env: Env, page: SweepPageRequest): Promise<InstanceRow[]> {
  return readRegistry(env, (db) => sweepPage(db, page));
}

/** The rows of these instances, closed ones too. Throws `RegistryUnavailable`. */
export async function readInstanceRows(env: Env, ids: readonly string[]): Promise<InstanceRow[]> {
  const found = await readRegistry(env, (db) => instancesById(db, ids));
  return found.map(({ row }) => row);
}

/** What is watched of the fleet. Throws `RegistryUnavailable`. */
export function readFleetGauges(env: Env, now: number): Promise<FleetGauges> {
  return readRegistry(env, (db) => fleetGauges(db, now));
}

/** Stores rows of the audit log, each once. Throws `RegistryUnavailable`. */
export function appendAuditRows(env: Env, rows: readonly AuditRow[]): Promise<void> {
  return readRegistry(env, (db) => appendAudit(db, rows));
}

async function readRegistry<Answer>(
  env: Env,
  question: (db: RegistryDb) => Promise<Answer>,
): Promise<Answer> {
  const registry = openRegistry(env.REGISTRY.connectionString, { connectTimeoutS: CONNECT_TIMEOUT_S });
  try {
    return await inTime(question(registry.db), READ_TIMEOUT_MS, () => {
      throw new RegistryUnavailable(`no answer within ${READ_TIMEOUT_MS} ms`, null);
    });
  } finally {
    await registry.close().catch(() => undefined);
  }
}
