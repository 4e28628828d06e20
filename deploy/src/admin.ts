/** What `npm run admin` runs: one-time links for admins of any installation, for who holds its database. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AdminLinkError, createAdmin, linkAdmin } from '@kiloclaw/web/admin-link';
import { withDatabase } from './database.ts';
import { DeployError } from './deploy-error.ts';
import { given, withEnvFiles } from './env-files.ts';

const USAGE = `One-time links by which an admin of the console sets a password.

npm run admin -- create EMAIL [--env-file FILE]   make an admin; again, a new link for one who has not used theirs
npm run admin -- link EMAIL [--env-file FILE]     a link to a new password, for an admin who has lost theirs

It needs DATABASE_URL (the database's owner) and KILOCLAW_WEB_ORIGIN (where browsers reach the console).
`;

const COMMANDS = { create: createAdmin, link: linkAdmin } as const;

function readArgs(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'env-file': { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    const [command, email, ...rest] = positionals;
    return { values, command, email, isWhole: email !== undefined && rest.length === 0 };
  } catch (error) {
    const [reason = 'The flags are not understood'] = error instanceof Error ? error.message.split('. ') : [];
    throw new DeployError(`${reason}: see "npm run admin -- --help".`);
  }
}

function needed(name: string, value: string | undefined): string {
  if (value === undefined)
    throw new DeployError(`${name} is missing: set it, or name a file with --env-file.`);
  return value;
}

async function run(args: readonly string[]): Promise<string> {
  const { values, command, email, isWhole } = readArgs(args);
  if (values.help) return USAGE;
  if ((command !== 'create' && command !== 'link') || email === undefined || !isWhole)
    throw new DeployError(`Say create or link, and one address.\n\n${USAGE}`);
  const from = process.env.INIT_CWD ?? process.cwd();
  const files = values['env-file'].map((file) => resolve(from, file));
  const env = await withEnvFiles(files, process.env, (line) => void process.stderr.write(`${line}\n`));
  const databaseUrl = needed('DATABASE_URL', given(env, 'DATABASE_URL'));
  const origin = needed('KILOCLAW_WEB_ORIGIN', given(env, 'KILOCLAW_WEB_ORIGIN'));
  if (!URL.canParse(databaseUrl) || !URL.canParse(origin) || new URL(origin).origin !== origin)
    throw new DeployError(
      'DATABASE_URL must be postgres://user:password@host:port/database, KILOCLAW_WEB_ORIGIN an origin such as https://console.example.com.',
    );
  const { link, expiresAt } = await withDatabase(databaseUrl, () =>
    COMMANDS[command](databaseUrl, { email, origin }),
  );
  return `Hand this to ${email} on a way that nobody else reads. It works once, before ${expiresAt}:\n${link}\n`;
}

try {
  process.stdout.write(await run(process.argv.slice(2)));
  process.exit(0);
} catch (error) {
  const isForPeople = error instanceof DeployError || error instanceof AdminLinkError;
  const why = error instanceof Error ? error.message : 'unknown error';
  process.stderr.write(`${isForPeople ? why : `It failed: ${why}`}\n`);
  process.exit(1);
}
