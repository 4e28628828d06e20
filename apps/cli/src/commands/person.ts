import { Argument } from '@commander-js/extra-typings';
import type { RouteInput, ScrubPersonAnswer } from '@kiloclaw/platform-contract';
import type { Api } from '../api/api.ts';
import type { Cli } from '../cli.ts';
import { interrupted } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { toned } from '../output/cells.ts';
import { statusCell } from '../output/status-words.ts';
import type { Program } from '../root.ts';
import { actorOf, asAdminOption } from './shared/actor.ts';
import { dryRunOption, noWaitOption, timeoutOption, waitMsOf, yesOption } from './shared/change-options.ts';
import { confirmTyped, mustAsk } from './shared/consent.ts';
import { PAGES_MAX, readPages } from './shared/pages.ts';
import { parseUserId } from './shared/target.ts';

/** How long the control plane may hold back an answer that is not the last one. */
const ROUND_WAIT_S = 10;
const PAUSE_MS = 1_000;

const EXAMPLES = `
Their instances are destroyed with everything on them; their name, address and words are taken out of all that is kept.
It can be run again: what is done stays done.

Examples:
  kiloclaw person delete alice --dry-run
  kiloclaw person delete alice --as-admin support-1 --yes --json`;

export function addPerson(program: Program, cli: Cli): void {
  program
    .command('person')
    .description('people: customers and admins')
    .command('delete')
    .description('delete a person and all that is theirs, for good')
    .addArgument(new Argument('<userId>', 'who').argParser(parseUserId))
    .addOption(asAdminOption())
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addOption(noWaitOption())
    .addOption(timeoutOption())
    .addHelpText('after', EXAMPLES)
    .action(async (userId, { asAdmin, yes, dryRun, ...waiting }) => {
      const isAsked = dryRun ? false : mustAsk(cli, yes);
      const api = await cli.api();
      if (dryRun) return showInstances(cli, api, userId);
      if (isAsked)
        await confirmTyped(cli, `${userId} is deleted, with every instance and all data on it, for good.`, [
          userId,
        ]);
      const input = { userId, ...actorOf(asAdmin, api.connection) };
      tell(cli, await untilFinished(cli, api, input, waitMsOf(waiting)));
    });
}

async function showInstances(cli: Cli, api: Api, userId: string): Promise<void> {
  const { items } = await readPages(api, { userId }, PAGES_MAX);
  const instances = items.map(({ instanceId, name, status, provider }) => ({
    instanceId,
    name,
    status,
    provider,
  }));
  cli.output.answer({ dryRun: { action: 'delete_person', userId, instances } }, (screen) => {
    screen.line(
      instances.length === 0
        ? `${userId} has no instance.`
        : `${userId} has these instances, which would be destroyed:`,
    );
    if (instances.length > 0)
      screen.table(
        ['instance', 'name', 'status', 'provider'],
        instances.map(({ instanceId, name, status, provider }) => [
          instanceId,
          name,
          statusCell(status),
          provider,
        ]),
      );
  });
}

/** One call does as much as it can, and each goes on where the one before has ended. */
async function untilFinished(
  cli: Cli,
  api: Api,
  input: RouteInput<'scrubPerson'>,
  waitMs: number,
): Promise<ScrubPersonAnswer> {
  const { surroundings, output } = cli;
  const deadline = surroundings.now() + waitMs;
  const waitS = waitMs === 0 ? 0 : ROUND_WAIT_S;
  try {
    let { body } = await api.call('scrubPerson', input, { waitS });
    while (!body.isFinished && surroundings.now() < deadline) {
      output.notes.line(`${body.pendingCount} instances are still being destroyed.`);
      await surroundings.sleep(PAUSE_MS);
      body = (await api.call('scrubPerson', input, { waitS })).body;
    }
    return body;
  } catch (error) {
    if (!surroundings.interruption.aborted) throw error;
    throw interrupted('Instances go on being destroyed. Run the command again to complete the deletion.');
  }
}

function tell(cli: Cli, answer: ScrubPersonAnswer): void {
  if (!answer.isFinished) cli.exitCode = EXIT.stillRunning;
  cli.output.answer(answer, (screen) => {
    screen.line(
      ...(answer.isFinished
        ? [toned('good', '✓'), `${answer.userId} is deleted.`]
        : [toned('warn', '…'), `${answer.userId} is not deleted yet: run it again.`]),
    );
    screen.pairs([
      ['instances destroyed', answer.instancesDestroyed],
      ['still being destroyed', answer.pendingCount],
      ['sessions ended', answer.sessionsEnded],
      ['overrides ended', answer.overridesCleared],
      ['overrides of others, kept without a name', answer.overridesAnonymised],
      ['operations cleaned', answer.operationsScrubbed],
      ['audit rows cleaned', answer.auditRowsScrubbed],
    ]);
  });
}
