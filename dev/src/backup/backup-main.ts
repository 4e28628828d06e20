/** What `npm run backup` runs. */
import { stat } from 'node:fs/promises';
import { backUp } from './back-up.ts';
import { dataDirFlag, readCommandFlags, requiredPath, runCommand } from './command-flags.ts';
import { missingKeys } from './missing-keys.ts';
import { tellBackup } from './tell-backup.ts';

const USAGE = `Backs up KiloClaw on this machine, while it runs or not, into one file.

npm run backup -- --to FILE [flags]
  --to FILE        a new file; it holds passwords and keys, and only you may read it
  --data-dir DIR   what to back up (KILOCLAW_DATA_DIR, else .kiloclaw in the repository)
  --help           show this

DATABASE_URL must be what the stack was started with, where it was started with one.
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

await runCommand(async () => {
  const { env } = process;
  const values = readCommandFlags('backup', process.argv.slice(2), {
    to: 'string',
    'data-dir': 'string',
    help: 'boolean',
  });
  if (values.help === true) {
    say(USAGE);
    return 0;
  }
  const to = requiredPath(values, 'to', env, 'backup');
  const dataDir = dataDirFlag(values, env);
  const manifest = await backUp({ dataDir, to, env });
  const { size: sizeBytes } = await stat(to);
  // Of the environment the backup holds nothing.
  const missingKeyIds = await missingKeys(manifest, dataDir, {});
  say(tellBackup({ manifest, to, sizeBytes, missingKeyIds }).join('\n'));
  return 0;
});
