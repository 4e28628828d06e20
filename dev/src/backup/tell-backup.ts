/** What a person is told of a backup that was made. */
import type { Manifest } from './manifest.ts';

const BYTES_PER_KB = 1_000;

export interface MadeBackup {
  readonly manifest: Manifest;
  readonly to: string;
  readonly sizeBytes: number;
  /** Keys that seal what is in it, and that it does not hold: they stand in the environment alone. */
  readonly missingKeyIds: readonly string[];
}

export function tellBackup({ manifest, to, sizeBytes, missingKeyIds }: MadeBackup): string[] {
  const { instances, fleetId, madeAt } = manifest;
  return [
    `Backed up: the fleet ${fleetId}, instances: ${instances}, as of ${madeAt}, in ${to}`,
    `(${Math.ceil(sizeBytes / BYTES_PER_KB)} KB, read back and found whole).`,
    'It holds passwords and keys: keep it where only you can read it, away from this machine.',
    ...(missingKeyIds.length === 0
      ? []
      : [
          `It does not hold every key that opens its secrets (${missingKeyIds.join(', ')}): keep KILOCLAW_ENCRYPTION_KEYS too, for as long as the backup.`,
        ]),
  ];
}
