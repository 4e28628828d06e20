/** Secrets for development: made at the first start, kept in the data folder, never printed. */
import { randomBytes } from 'node:crypto';
import { DEVELOPMENT_MARK } from '@kiloclaw/settings';
import { z } from 'zod';
import type { DataFolder } from './data-folder.ts';
import { StartError } from './start-error.ts';

const SECRET_BYTES = 32;

const SecretsSchema = z.object({
  internalApiKey: z.string().min(SECRET_BYTES),
  /** As `KILOCLAW_ENCRYPTION_KEYS` takes it. */
  encryptionKeys: z.string().min(1),
  /** Of the control plane's role in the embedded Postgres. */
  databasePassword: z.string().min(SECRET_BYTES),
  flySimulatorToken: z.string().min(SECRET_BYTES),
  northflankSimulatorToken: z.string().min(SECRET_BYTES),
  /** Of the web's role in the embedded Postgres. */
  webDatabasePassword: z.string().min(SECRET_BYTES),
  /** Signs the console's session cookies. */
  authSecret: z.string().min(SECRET_BYTES),
});
export type Secrets = z.infer<typeof SecretsSchema>;

const secret = () => randomBytes(SECRET_BYTES).toString('base64url');
/** For what a production needs, too, and must not have from here. */
const markedSecret = () => `${DEVELOPMENT_MARK}-${secret()}`;

function newSecrets(): Secrets {
  return {
    internalApiKey: markedSecret(),
    encryptionKeys: `${DEVELOPMENT_MARK}:${randomBytes(SECRET_BYTES).toString('base64')}`,
    databasePassword: secret(),
    flySimulatorToken: secret(),
    northflankSimulatorToken: secret(),
    webDatabasePassword: secret(),
    authSecret: markedSecret(),
  };
}

/** Those that an earlier version of this program made already. */
const FirstSecretsSchema = SecretsSchema.partial({
  webDatabasePassword: true,
  authSecret: true,
  northflankSimulatorToken: true,
});

/** Throws `StartError` for a file that can't be understood: making new secrets would lose what the old ones sealed. */
export async function ensureSecrets(folder: DataFolder): Promise<Secrets> {
  const text = await folder.read('secrets');
  const kept = text === null ? {} : readSecrets(folder, text);
  const secrets = SecretsSchema.parse({ ...newSecrets(), ...kept });
  const written = `${JSON.stringify(secrets, null, 2)}\n`;
  if (written !== text) await folder.write('secrets', written);
  return secrets;
}

function readSecrets(folder: DataFolder, text: string): z.infer<typeof FirstSecretsSchema> {
  try {
    return FirstSecretsSchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(
      `The file ${folder.path('secrets')} is damaged: restore it, or begin anew with --reset.`,
    );
  }
}

/** Each by itself: a production refuses them, whatever they look like. */
export function secretsOf(secrets: Secrets): string[] {
  const { encryptionKeys, ...others } = secrets;
  const keys = encryptionKeys.split(',').map((entry) => entry.split(':')[1] ?? '');
  return [...Object.values(others), ...keys].filter((text) => text !== '');
}
