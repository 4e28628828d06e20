/** The registry of a stack under test, read beside the control plane. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditLog, openRegistry, type RegistryDb, readFleetId } from '@kiloclaw/db';
import { z } from 'zod';
import type { Target } from './fleet.ts';
import type { ReadyStack, StackFolder } from './stack-process.ts';

const SecretsSchema = z.object({
  databasePassword: z.string(),
  flySimulatorToken: z.string(),
  northflankSimulatorToken: z.string(),
});

/** What the data folder keeps for itself. */
export async function secretsOf(folder: StackFolder): Promise<z.infer<typeof SecretsSchema>> {
  return SecretsSchema.parse(JSON.parse(await readFile(join(folder.dataDir, 'secrets.json'), 'utf8')));
}

/** As the control plane signs in to the embedded Postgres. */
export async function registryUrlOf(folder: StackFolder, { endpoints }: ReadyStack): Promise<string> {
  const { databasePassword } = await secretsOf(folder);
  return `postgres://kiloclaw_control_plane:${databasePassword}@${endpoints.database}`;
}

/** Works on a registry over a connection of its own. */
export async function withRegistry<Value>(
  registryUrl: string,
  work: (db: RegistryDb) => Promise<Value>,
): Promise<Value> {
  const registry = openRegistry(registryUrl);
  try {
    return await work(registry.db);
  } finally {
    await registry.close();
  }
}

export async function fleetIdOf(registryUrl: string): Promise<string> {
  return z.string().parse(await withRegistry(registryUrl, readFleetId));
}

/** An instance's audit rows of one action, oldest first; of one moment, what was requested before its result. */
export async function auditRowsOf(registryUrl: string, { instanceId }: Target, action: string) {
  const rows = await withRegistry(registryUrl, (db) => db.select().from(auditLog));
  return rows
    .filter((row) => row.instanceId === instanceId && row.action === action)
    .sort((a, b) => Number(a.at) - Number(b.at) || (a.id < b.id ? -1 : 1));
}
