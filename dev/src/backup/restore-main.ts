/** What `npm run restore` runs. */
import { StartError } from '../start-error.ts';
import { readCommandFlags, requiredPath, runCommand } from './command-flags.ts';
import { RESTORED_PARTS, type Restored, type RestoredParts, restore } from './restore.ts';

const USAGE = `Restores a backup into an empty folder. Nothing is started, and no provider is asked.

npm run restore -- --from FILE --data-dir DIR [flags]
  --from FILE      what npm run backup has made
  --data-dir DIR   a folder that is not there yet, or is empty
  --only registry  leave the objects out: each comes back from its row, without environment and secrets
  --only objects   leave the registry out: the one that DATABASE_URL names has outlived the objects
  --help           show this

DATABASE_URL names the database to fill, which must be empty; without it one is made in the folder.
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function partsOf(value: string | boolean | undefined): RestoredParts {
  if (value === undefined) return 'all';
  const part = RESTORED_PARTS.find((known) => known !== 'all' && known === value);
  if (part === undefined) throw new StartError('--only must be registry or objects.');
  return part;
}

function report({ manifest, missingKeyIds }: Restored, dataDir: string): string[] {
  const { fleetId, madeAt, instances, version } = manifest;
  return [
    `Restored: the fleet ${fleetId}, instances: ${instances}, as of ${madeAt} (KiloClaw ${version}), in ${dataDir}.`,
    ...(missingKeyIds.length === 0
      ? []
      : [
          `Secrets are sealed with keys that are not in the backup (${missingKeyIds.join(', ')}): put them into KILOCLAW_ENCRYPTION_KEYS before you start.`,
        ]),
    '',
    `What has happened since ${madeAt} is not in it:`,
    '- Machines and volumes are left as they are. Each instance looks at its own again, takes over what it finds, and',
    '  shows what does not fit as a finding. Nothing is deleted.',
    '- What was under way then is gone on with. What was made since has no instance: see the orphans.',
    '- People who were deleted since are back: delete them again.',
    '- Everybody signs in again, and invitations that are still open are sent again.',
  ];
}

await runCommand(async () => {
  const { env } = process;
  const values = readCommandFlags('restore', process.argv.slice(2), {
    from: 'string',
    'data-dir': 'string',
    only: 'string',
    help: 'boolean',
  });
  if (values.help === true) {
    say(USAGE);
    return 0;
  }
  const from = requiredPath(values, 'from', env, 'restore');
  const dataDir = requiredPath(values, 'data-dir', env, 'restore');
  say(report(await restore({ from, dataDir, parts: partsOf(values.only), env }), dataDir).join('\n'));
  return 0;
});
