import { Argument, Option } from '@commander-js/extra-typings';
import {
  type DeleteOrphansAnswer,
  ORPHANS_DELETE_MAX,
  type Orphan,
  type OrphansView,
  ProviderIdSchema,
  type RouteInput,
} from '@kiloclaw/platform-contract';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { toned } from '../output/cells.ts';
import type { Screen } from '../output/screen.ts';
import { statusCell } from '../output/status-words.ts';
import { timeWords } from '../output/times.ts';
import type { Program } from '../root.ts';
import { asAdminOption, requiredActor } from './shared/actor.ts';
import { dryRunOption, yesOption } from './shared/change-options.ts';
import { confirmTyped, mustAsk } from './shared/consent.ts';

const DELETE_EXAMPLES = `
It is looked at first, and again before each deletion: what has found its instance by then is left alone. What names no
instance can't be deleted here. It is recorded in the name of an admin.

Examples:
  kiloclaw orphans delete --provider PROVIDER --all --dry-run
  kiloclaw orphans delete vol_4qk3v1x8 --provider PROVIDER --as-admin support-1
  kiloclaw orphans delete --provider PROVIDER --all --yes --json`;

type Resource = RouteInput<'deleteOrphans'>['resources'][number];

function createOrphans(program: Program) {
  return program
    .command('orphans')
    .description('machines and volumes at a provider that no instance knows of');
}

type OrphansCommand = ReturnType<typeof createOrphans>;

function providerOption() {
  return new Option('--provider <provider>', 'at this provider')
    .choices(ProviderIdSchema.options)
    .makeOptionMandatory();
}

export function addOrphans(program: Program, cli: Cli): void {
  const orphans = createOrphans(program);
  addList(orphans, cli);
  addDelete(orphans, cli);
}

function addList(orphans: OrphansCommand, cli: Cli): void {
  orphans
    .command('list')
    .description(
      'what lies there without an instance, and the instances that lack what is theirs; 1 where there is any',
    )
    .addOption(providerOption())
    .addHelpText('after', '\nExample:\n  kiloclaw orphans list --provider PROVIDER')
    .action(async ({ provider }) => {
      const api = await cli.api();
      const { body } = await api.call('orphans', { provider });
      cli.output.answer(body, (screen) => draw(screen, body));
      const found = [body.orphans, body.instances, body.unregistered, body.crowded];
      if (found.some((list) => list.length > 0)) cli.exitCode = EXIT.refused;
    });
}

function draw(screen: Screen, view: OrphansView): void {
  const { orphans, instances, unregistered, crowded, unverifiedCount } = view;
  screen.line(`${view.resourcesCount} resources, ${orphans.length} of them without an instance.`);
  if (orphans.length > 0)
    screen.table(
      ['kind', 'id', 'instance', 'why', 'made'],
      orphans.map(({ kind, id, instanceId, reason, createdAt }) => [
        kind,
        id,
        instanceId,
        reason.replaceAll('_', ' '),
        timeWords(createdAt),
      ]),
    );
  if (instances.length > 0)
    screen.table(
      ['instance', 'owner', 'status', 'has no'],
      instances.map(({ instanceId, userId, status, missing }) => [
        instanceId,
        userId,
        statusCell(status),
        toned('bad', missing.join(', ')),
      ]),
    );
  if (unregistered.length > 0)
    screen.table(
      ['not in the registry', 'has'],
      unregistered.map(({ instanceId, resources }) => [
        instanceId,
        resources.map(({ kind, id }) => `${kind} ${id}`).join(', '),
      ]),
    );
  if (crowded.length > 0)
    screen.table(
      ['has more than one', 'owner', 'listed'],
      crowded.map(({ instanceId, userId, resources }) => [
        instanceId,
        userId,
        resources.map(({ kind, id }) => `${kind} ${id}`).join(', '),
      ]),
    );
  if (unverifiedCount > 0)
    screen.line(`${unverifiedCount} instances could not be asked just now: ask again.`);
  if (view.isCutOff) screen.line('There are more than are listed: deal with these, then look again.');
}

function addDelete(orphans: OrphansCommand, cli: Cli): void {
  orphans
    .command('delete')
    .description('delete what lies there without an instance, for good')
    .addArgument(new Argument('[ids...]', 'ids of machines and volumes, as the list shows them'))
    .addOption(providerOption())
    .option('--all', `everything that is listed and names an instance, ${ORPHANS_DELETE_MAX} at a time`)
    .addOption(asAdminOption())
    .addOption(dryRunOption())
    .addOption(yesOption())
    .addHelpText('after', DELETE_EXAMPLES)
    .action(async (ids, { provider, all, asAdmin, dryRun, yes }) => {
      if (ids.length > 0 === (all === true)) throw usageError('Give either ids or --all.');
      const isAsked = dryRun ? false : mustAsk(cli, yes);
      const api = await cli.api();
      const actor = dryRun ? undefined : requiredActor(asAdmin, api.connection).actor;
      const { body } = await api.call('orphans', { provider });
      const resources = chosen(body, ids);
      if (actor === undefined) {
        cli.output.answer({ dryRun: { action: 'delete_orphans', provider, resources } }, (screen) =>
          drawResources(screen, resources),
        );
        return;
      }
      if (resources.length === 0) {
        cli.output.answer({ results: [] }, (screen) => drawResources(screen, resources));
        return;
      }
      if (isAsked) {
        drawResources(cli.output.notes, resources);
        await confirmTyped(cli, 'They are deleted with the data on them, for good.', [provider]);
      }
      tell(cli, (await api.call('deleteOrphans', { provider, resources, actor })).body);
    });
}

/** Those of the ids, or all that can be deleted. Throws a `CliError` where an id is none of them. */
function chosen({ orphans }: OrphansView, ids: readonly string[]): Resource[] {
  const isAttributed = (orphan: Orphan): orphan is Orphan & { instanceId: string } =>
    orphan.instanceId !== null;
  const deletable = orphans
    .filter(isAttributed)
    .map(({ kind, id, instanceId }) => ({ kind, id, instanceId }));
  if (ids.length === 0) return deletable.slice(0, ORPHANS_DELETE_MAX);
  const unknown = ids.filter((id) => !deletable.some((resource) => resource.id === id));
  if (unknown.length > 0)
    throw new CliError({
      exitCode: EXIT.refused,
      code: 'not_an_orphan',
      message: `Not in the list of what can be deleted: ${unknown.join(', ')}.`,
      nextStep: 'See `kiloclaw orphans list`. What names no instance can be deleted at the provider alone.',
    });
  if (ids.length > ORPHANS_DELETE_MAX) throw usageError(`At most ${ORPHANS_DELETE_MAX} ids at a time.`);
  return deletable.filter(({ id }) => ids.includes(id));
}

function drawResources(screen: Screen, resources: readonly Resource[]): void {
  if (resources.length === 0) screen.line('There is nothing to delete.');
  else
    screen.table(
      ['kind', 'id', 'instance'],
      resources.map(({ kind, id, instanceId }) => [kind, id, instanceId]),
    );
}

function tell(cli: Cli, answer: DeleteOrphansAnswer): void {
  cli.output.answer(answer, (screen) =>
    screen.table(
      ['kind', 'id', 'outcome', 'error'],
      answer.results.map(({ kind, id, outcome, error }) => [
        kind,
        id,
        statusCell(outcome),
        error?.message ?? '',
      ]),
    ),
  );
  const isWhole = answer.results.every(({ outcome }) => outcome === 'deleted' || outcome === 'gone');
  if (!isWhole) cli.exitCode = EXIT.failed;
}
