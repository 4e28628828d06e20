/** Which keys a backup needs, and whoever restores it would look for in vain. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Env, given } from '../configuration.ts';
import { DATA } from '../data-folder.ts';
import type { Manifest } from './manifest.ts';

/** The ids of keys that seal what the objects hold, and that neither the data folder nor `env` has. */
export async function missingKeys({ keyIds }: Manifest, dataDir: string, env: Env): Promise<string[]> {
  const secrets = await readFile(join(dataDir, DATA.secrets), 'utf8').catch(() => '{}');
  const kept: unknown = JSON.parse(secrets).encryptionKeys;
  const texts = [given(env, 'KILOCLAW_ENCRYPTION_KEYS') ?? '', typeof kept === 'string' ? kept : ''];
  const known = texts.flatMap((text) => text.split(',').map((key) => key.split(':')[0]?.trim()));
  return keyIds.filter((id) => !known.includes(id));
}
