import { randomBytes } from 'node:crypto';
import { Option } from '@commander-js/extra-typings';
import { InvalidArgumentError } from 'commander';
import type { Cli } from '../cli.ts';
import type { Program } from '../root.ts';

const KEY_BYTES = 32;
const SCOPES = ['read', 'full'] as const;

const CREATE_HELP = `
It is made here and kept nowhere: no control plane is asked. To give somebody another key without a refused request,
create one under a new name, add it, let them switch, and take the old entry out once nobody asks with it.

Examples:
  kiloclaw keys create --name ci --scope read
  kiloclaw keys create --name internal --scope full --json`;

export function addKeys(program: Program, cli: Cli): void {
  const keys = program.command('keys').description('keys of the platform API');
  keys
    .command('create')
    .description('make a key, and say where it goes')
    .addOption(
      new Option('--name <name>', 'what the audit log calls it').argParser(keyName).makeOptionMandatory(),
    )
    .addOption(
      new Option('--scope <scope>', 'read, or change things, too').choices(SCOPES).makeOptionMandatory(),
    )
    .addHelpText('after', CREATE_HELP)
    .action(({ name, scope }) => {
      const key = randomBytes(KEY_BYTES).toString('hex');
      const entry = `${name}:${scope}:${key}`;
      cli.output.answer({ name, scope, key, entry }, (screen) => screen.line(entry));
      cli.output.notes.line(
        'Add this entry to KILOCLAW_API_KEYS of the control plane, behind a comma. Whoever asks gives the part behind the last colon.',
      );
    });
  keys
    .command('whoami')
    .description('the name and the scope of the key in use')
    .addHelpText('after', '\nExample:\n  kiloclaw keys whoami --profile ci')
    .action(async () => {
      const { body } = await (await cli.api()).call('whoami', {});
      cli.output.answer(body, (screen) =>
        screen.pairs([
          ['name', body.name],
          ['scope', body.scope],
        ]),
      );
    });
}

function keyName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('must be 1–64 of A–Z a–z 0–9 _ -');
}
