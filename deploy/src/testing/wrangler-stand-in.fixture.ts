/**
 * Stands in for wrangler: `node … RECORD BEHAVIOUR <arguments of wrangler>`. Appends what it was given to the file RECORD, a
 * line of JSON a call, and answers as wrangler does, or fails where BEHAVIOUR says so.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { type Behaviour, commandOf } from './wrangler-calls.ts';

const [record = '', behaviour = '', ...args] = process.argv.slice(2);
const { failAt, echo, accounts, signIn, secrets }: Behaviour = JSON.parse(readFileSync(behaviour, 'utf8'));

const after = (flag: string) => (args.includes(flag) ? (args[args.indexOf(flag) + 1] ?? null) : null);
const secretsFile = after('--secrets-file');
const configFile = after('--config');
const config = configFile === null ? null : JSON.parse(readFileSync(configFile, 'utf8'));
const command = commandOf(args, config?.name ?? null);
const input = readFileSync(secretsFile ?? 0, 'utf8');
appendFileSync(record, `${JSON.stringify({ command, args, env: process.env, input, config })}\n`);

const ANSWERS: Readonly<Record<string, string>> = {
  build: 'Total Upload: 1798.94 KiB / gzip: 354.51 KiB\n',
  whoami: JSON.stringify({ loggedIn: true, authType: 'User API Token', accounts }, null, 2),
  'auth token': JSON.stringify(signIn),
  'secret list': JSON.stringify((secrets[config?.name] ?? []).map((name) => ({ name, type: 'secret_text' }))),
};

if (command === failAt) {
  process.stderr.write(`✘ [ERROR] A request to the Cloudflare API failed. ${echo}\n`);
  process.exit(1);
}
const [kind = ''] = command.split(' of ');
process.stdout.write(ANSWERS[kind] ?? '');
