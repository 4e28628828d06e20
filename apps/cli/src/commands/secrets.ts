import type { SealingPage } from '@kiloclaw/platform-contract';
import type { Api } from '../api/api.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { toned } from '../output/cells.ts';
import type { Screen } from '../output/screen.ts';
import type { Program } from '../root.ts';
import { actorOf, asAdminOption } from './shared/actor.ts';

/** Two million instances, at a hundred a page. */
const PAGES_MAX = 20_000;

const ROTATE_HELP = `
Put a new key first in KILOCLAW_ENCRYPTION_KEYS and keep the old one behind it, then run this. It goes over the fleet
page by page and touches no machine; run again after an interruption, it does what is left. Take the old key out once
no text needs it.

Example:
  kiloclaw secrets rotate`;

type Summary = Omit<SealingPage, 'nextCursor'>;

export function addSecrets(program: Program, cli: Cli): void {
  const secrets = program
    .command('secrets')
    .description('the encryption of what instances hold: environment and secrets');
  secrets
    .command('keys')
    .description('how many texts each key seals: one that seals none can be taken out')
    .addHelpText('after', '\nExample:\n  kiloclaw secrets keys --json')
    .action(async () => {
      const api = await cli.api();
      tell(cli, await overFleet(cli, async (cursor) => (await api.call('sealingKeys', cursor)).body));
    });
  secrets
    .command('rotate')
    .description('seal by the current key what older ones have sealed')
    .addOption(asAdminOption())
    .addHelpText('after', ROTATE_HELP)
    .action(async ({ asAdmin }) => {
      const api: Api = await cli.api();
      const actor = actorOf(asAdmin, api.connection);
      const reseal = async (cursor: Cursor) => (await api.call('reseal', { ...cursor, ...actor })).body;
      tell(cli, await overFleet(cli, reseal));
    });
}

type Cursor = { readonly cursor?: string };

/** All pages as one, with a line for each on the way. Throws a `CliError` where there are more than PAGES_MAX. */
async function overFleet(cli: Cli, read: (cursor: Cursor) => Promise<SealingPage>): Promise<Summary> {
  let summary: Summary | null = null;
  let cursor: Cursor = {};
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { nextCursor, ...next } = await read(cursor);
    summary = summary === null ? next : together(summary, next);
    if (nextCursor === null) return summary;
    cli.output.notes.line(`${summary.instances} instances, ${summary.resealed} texts sealed anew …`);
    cursor = { cursor: nextCursor };
  }
  throw new CliError({
    exitCode: EXIT.failed,
    code: 'too_many_pages',
    message: `There are more than ${PAGES_MAX} pages of instances.`,
  });
}

function together(a: Summary, b: Summary): Summary {
  const keys = { ...a.keys };
  for (const [keyId, count] of Object.entries(b.keys)) keys[keyId] = (keys[keyId] ?? 0) + count;
  return {
    // Where it changed on the way, the last one is what will seal.
    currentKeyId: b.currentKeyId,
    instances: a.instances + b.instances,
    keys,
    resealed: a.resealed + b.resealed,
    failed: [...a.failed, ...b.failed],
  };
}

function tell(cli: Cli, summary: Summary): void {
  cli.output.answer(summary, (screen) => draw(screen, summary));
  if (summary.failed.length > 0) cli.exitCode = EXIT.failed;
}

function draw(screen: Screen, { currentKeyId, instances, keys, resealed, failed }: Summary): void {
  screen.line(`${instances} instances asked, ${resealed} texts sealed anew.`);
  const rows = new Map([[currentKeyId, 0], ...Object.entries(keys)]);
  screen.table(
    ['key', 'texts', ''],
    [...rows].map(([keyId, count]) => [
      keyId,
      String(count),
      keyId === currentKeyId ? 'current' : toned('warn', 'still needed'),
    ]),
  );
  if (failed.length > 0)
    screen.table(
      ['not answered', 'owner', 'why'],
      failed.map(({ instanceId, userId, code }) => [instanceId, userId, toned('bad', code)]),
    );
  const isDone = failed.length === 0 && Object.keys(keys).every((keyId) => keyId === currentKeyId);
  screen.line(
    isDone
      ? 'Every key but the current one can be taken out of KILOCLAW_ENCRYPTION_KEYS.'
      : 'Keep every key that is listed. `kiloclaw secrets rotate` seals by the current one.',
  );
}
