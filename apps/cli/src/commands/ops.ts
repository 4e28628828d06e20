import { Argument } from '@commander-js/extra-typings';
import {
  isUnfinished,
  OPERATIONS_PAGE_DEFAULT,
  OPERATIONS_PAGE_MAX,
  type OperationAnswer,
  OperationIdSchema,
  type OperationView,
} from '@kiloclaw/platform-contract';
import { InvalidArgumentError } from 'commander';
import type { Api } from '../api/api.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { followOperation } from '../operations/follow.ts';
import { tellOutcome } from '../operations/outcome.ts';
import { statusCell } from '../output/status-words.ts';
import { timeWords } from '../output/times.ts';
import type { Program } from '../root.ts';
import { actorOf, asAdminOption } from './shared/actor.ts';
import { noWaitOption, timeoutOption, waitMsOf } from './shared/change-options.ts';
import { wholeNumber } from './shared/numbers.ts';
import { findTarget, instanceArgument, type Target, userOption } from './shared/target.ts';

function createOps(program: Program) {
  return program.command('ops').description('operations: what is being done to an instance, and what was');
}

type OpsCommand = ReturnType<typeof createOps>;

export function addOps(program: Program, cli: Cli): void {
  const ops = createOps(program);
  addList(ops, cli);
  addWatch(ops, cli);
  addRetry(ops, cli);
}

function parseOperationId(text: string): string {
  const parsed = OperationIdSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('is no operation id: see `kiloclaw ops list INSTANCE`');
  return parsed.data;
}

function addList(ops: OpsCommand, cli: Cli): void {
  ops
    .command('list')
    .description('the operations of an instance, the newest first')
    .addArgument(instanceArgument())
    .addOption(userOption())
    .option(
      '--limit <count>',
      'how many a page',
      wholeNumber(1, OPERATIONS_PAGE_MAX),
      OPERATIONS_PAGE_DEFAULT,
    )
    .option('--cursor <cursor>', 'the nextCursor of the page before')
    .addHelpText('after', '\nExample:\n  kiloclaw ops list alice-box --limit 10')
    .action(async (instance, { user, ...page }) => {
      const api = await cli.api();
      const { body } = await api.call('operations', { ...(await findTarget(api, instance, user)), ...page });
      cli.output.answer(body, (screen) =>
        screen.table(
          ['operation', 'kind', 'status', 'started', 'ended', 'by', 'error'],
          body.items.map(({ operation }) => rowOf(operation)),
        ),
      );
      if (body.nextCursor !== null && cli.options.json !== true)
        cli.output.notes.line('More:', `--cursor ${body.nextCursor}`);
    });
}

function rowOf({ id, kind, status, startedAt, endedAt, actor, error }: OperationView) {
  return [
    id,
    kind.replaceAll('_', ' '),
    statusCell(status),
    timeWords(startedAt),
    timeWords(endedAt),
    `${actor.kind} ${actor.id}`,
    error === null ? '' : `${error.message} (${error.code})`,
  ];
}

function addWatch(ops: OpsCommand, cli: Cli): void {
  ops
    .command('watch')
    .description('follow an operation to its end, and end as it does')
    .addArgument(instanceArgument())
    .addArgument(
      new Argument('[operation]', 'the one under way, else the last one').argParser(parseOperationId),
    )
    .addOption(userOption())
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      '\nExamples:\n  kiloclaw ops watch alice-box\n  kiloclaw ops watch alice-box --timeout 60 --json',
    )
    .action(async (instance, operationId, { user, timeout }) => {
      const api = await cli.api();
      const target = await findTarget(api, instance, user);
      const answer =
        operationId === undefined
          ? await newest(api, target)
          : (await api.call('operation', target, { operationId })).body;
      const waitMs = waitMsOf({ wait: true, timeout });
      tellOutcome(cli, target, await followOperation(cli, api, target, answer, waitMs));
    });
}

/** The one that is at work: an older one may be, where a newer change was state alone. Else the last one. */
async function newest(api: Api, target: Target): Promise<OperationAnswer> {
  const { items } = (await api.call('operations', target)).body;
  const found = items.find(({ operation }) => isUnfinished(operation.status)) ?? items[0];
  if (found !== undefined) return found;
  throw new CliError({
    exitCode: EXIT.refused,
    code: 'operation_not_found',
    message: `${target.instanceId} has no operation yet.`,
  });
}

function addRetry(ops: OpsCommand, cli: Cli): void {
  ops
    .command('retry')
    .description('try a stuck operation now')
    .addArgument(instanceArgument())
    .addArgument(new Argument('<operation>', 'its id').argParser(parseOperationId))
    .addOption(userOption())
    .addOption(asAdminOption())
    .addOption(noWaitOption())
    .addOption(timeoutOption())
    .addHelpText('after', '\nExample:\n  kiloclaw ops retry alice-box 01a20849-e321-7382-b0dd-0e99da17ef44')
    .action(async (instance, operationId, { user, asAdmin, ...waiting }) => {
      const api = await cli.api();
      const target = await findTarget(api, instance, user);
      const waitMs = waitMsOf(waiting);
      const input = { ...target, ...actorOf(asAdmin, api.connection) };
      const { body: answer } = await api.call('retryOperation', input, {
        operationId,
        waitS: waitMs === 0 ? 0 : 1,
      });
      tellOutcome(cli, target, await followOperation(cli, api, target, answer, waitMs));
    });
}
