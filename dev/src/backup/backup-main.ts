/** What `npm run backup` runs. */
import { stat } from 'node:fs/promises';
import { backUp } from './back-up.ts';
import { dataDirFlag, readCommandFlags, requiredPath, runCommand } from './command-flags.ts';

const BYTES_PER_KB = 1_000;

const USAGE = `Backs up KiloClaw on this machine, while it runs or not, into one file.

npm run backup -- --to FILE [flags]
  --to FILE        a new file; it holds the keys that open every secret, and only you may read it
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
  const manifest = await backUp({ dataDir: dataDirFlag(values, env), to, env });
  const { size } = await stat(to);
  say(
    [
      `Backed up: the fleet ${manifest.fleetId}, instances: ${manifest.instances}, as of ${manifest.madeAt}, in ${to}`,
      `(${Math.ceil(size / BYTES_PER_KB)} KB, read back and found whole).`,
      'It holds passwords and the keys that open every secret: keep it where only you can read it, away from this machine.',
    ].join('\n'),
  );
  return 0;
});
