import type { Readable } from 'node:stream';
import { createApi } from '../api/api.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { askSecret, askText } from '../output/prompts.ts';
import { isInTheClear, parseApiUrl } from '../profiles/api-address.ts';
import { checkKey, readKeyFile } from '../profiles/connection.ts';
import { openProfileStore, type Profile, ProfileNameSchema } from '../profiles/profile-store.ts';
import type { Program } from '../root.ts';
import { asAdminOption } from './shared/actor.ts';

const DEFAULT_PROFILE = 'default';
const KEY_INPUT_MAX_BYTES = 4096;

const EXAMPLES = `
The key is typed at a prompt, read from a file, or from standard input; it is never an argument, since everybody on
the machine can see those. It is tried, then kept with the address in a file that you alone can read.

Examples:
  kiloclaw login
  kiloclaw login --url https://kiloclaw.example.com --profile production --as-admin support-1
  kiloclaw login --url http://127.0.0.1:4401 --api-key-file api-key
  read-secret kiloclaw | kiloclaw login --url https://kiloclaw.example.com`;

export function addLogin(program: Program, cli: Cli): void {
  program
    .command('login')
    .description('try an address and a key, and keep them as a profile')
    .option('--url <address>', 'where the platform API answers')
    .option('--api-key-file <path>', 'the file that holds the key')
    .addOption(asAdminOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ url, apiKeyFile, asAdmin }) => {
      const store = openProfileStore(cli.surroundings);
      const profiles = await store.read();
      const name = profileName(cli);
      const apiUrl = parseApiUrl(url ?? (await askedUrl(cli)), '--url');
      if (isInTheClear(apiUrl))
        cli.output.notes.line('warning: this address is not https: the key can be read on its way.');
      const apiKey =
        apiKeyFile === undefined ? await askedKey(cli) : await readKeyFile(apiKeyFile, '--api-key-file');
      const profile: Profile = { apiUrl, apiKey, ...(asAdmin === undefined ? {} : { asAdmin }) };
      await createApi({ ...profile, source: 'login', profileName: name }, cli.surroundings).call(
        'providers',
        {},
      );
      await store.write({ current: name, profiles: { ...profiles.profiles, [name]: profile } });
      cli.output.answer({ profile: name, apiUrl, asAdmin: asAdmin ?? null }, (screen) =>
        screen.line(`Logged in to ${apiUrl} as profile '${name}', kept in ${store.path}.`),
      );
    });
}

function profileName({ options }: Cli): string {
  const parsed = ProfileNameSchema.safeParse(options.profile ?? DEFAULT_PROFILE);
  if (!parsed.success) throw usageError(`--profile: ${parsed.error.issues[0]?.message ?? 'can’t be used'}.`);
  return parsed.data;
}

async function askedUrl({ isInteractive, surroundings }: Cli): Promise<string> {
  if (!isInteractive)
    throw usageError('--url is missing.', 'Give the address of the platform API: --url ADDRESS.');
  return askText(surroundings, 'Address of the platform API', 'https://');
}

async function askedKey(cli: Cli): Promise<string> {
  const { surroundings } = cli;
  if (cli.isInteractive) return checkKey(await askSecret(surroundings, 'API key'), 'The key');
  if (surroundings.stdin.isTTY === true)
    throw usageError('The key is missing.', 'Give it by --api-key-file PATH, or on standard input.');
  return checkKey(await readAll(surroundings.stdin), 'Standard input');
}

async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    sizeBytes += bytes.length;
    if (sizeBytes > KEY_INPUT_MAX_BYTES) throw usageError('Standard input: is longer than any key.');
  }
  return Buffer.concat(chunks).toString('utf8');
}
