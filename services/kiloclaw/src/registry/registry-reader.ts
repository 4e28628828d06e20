/**
 * How the Worker asks the registry: over one connection a request, since a client that requests share hangs the
 * second of them. What an instance owes is written by `registry-writer.ts`.
 */
import {
  type InstanceFilter,
  type InstancePage,
  type InstancePageRequest,
  openRegistry,
  type RegistryDb,
  RegistryUnavailable,
  type SweptRow,
  searchInstances,
  sweepPage,
} from '@kiloclaw/db';
import type { Env } from '../env.ts';

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

/** The next rows of instances that are not destroyed, in the order of their ids. Throws `RegistryUnavailable`. */
export function readSweepPage(env: Env, afterId: string | null, limit: number): Promise<SweptRow[]> {
  return readRegistry(env, (db) => sweepPage(db, afterId, limit));
}

async function readRegistry<Answer>(
  env: Env,
  question: (db: RegistryDb) => Promise<Answer>,
): Promise<Answer> {
  const registry = openRegistry(env.REGISTRY.connectionString, { connectTimeoutS: CONNECT_TIMEOUT_S });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new RegistryUnavailable(`no answer within ${READ_TIMEOUT_MS} ms`, null);
    timer = setTimeout(() => reject(error), READ_TIMEOUT_MS);
  });
  try {
    return await Promise.race([question(registry.db), late]);
  } finally {
    clearTimeout(timer);
    await registry.close().catch(() => undefined);
  }
}
