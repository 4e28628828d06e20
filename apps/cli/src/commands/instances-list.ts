import { Option } from '@commander-js/extra-typings';
import { INSTANCE_TYPES } from '@kiloclaw/instance-tiers';
import {
  ANY_DRIFT,
  DRIFT_KINDS,
  INSTANCES_PAGE_DEFAULT,
  INSTANCES_PAGE_MAX,
  type InstancePage,
  InstanceSortSchema,
  InstanceStatusSchema,
  type ListedInstance,
  ProviderIdSchema,
  type RouteInput,
  UNKNOWN_INSTANCE_TYPE,
} from '@kiloclaw/platform-contract';
import type { Cli } from '../cli.ts';
import { type Cell, toned } from '../output/cells.ts';
import { diskWords, sizeWords } from '../output/hardware-words.ts';
import { statusCell } from '../output/status-words.ts';
import type { InstancesCommand } from './instances.ts';
import { wholeNumber } from './shared/numbers.ts';
import { INSTANCES_MAX, PAGES_MAX, readPages } from './shared/pages.ts';
import { parseUserId } from './shared/target.ts';

const EXAMPLES = `
Examples:
  kiloclaw instances list --status running --tier perf-1-3
  kiloclaw instances list --has-override          # who runs on lent hardware
  kiloclaw instances list --drift any
  kiloclaw instances list -q alice@example.com
  kiloclaw instances list --all --json`;

export function addInstancesList(instances: InstancesCommand, cli: Cli): void {
  instances
    .command('list')
    .description('the registry’s list, filtered')
    .addOption(new Option('--user <id>', 'of this owner').argParser(parseUserId))
    .addOption(new Option('--provider <provider>', 'at this provider').choices(ProviderIdSchema.options))
    .addOption(
      new Option('--tier <tier>', 'of this tier').choices([...INSTANCE_TYPES, UNKNOWN_INSTANCE_TYPE]),
    )
    .addOption(new Option('--status <status>', 'in this status').choices(InstanceStatusSchema.options))
    .option('--has-override', 'with a size override')
    .addOption(new Option('--drift <kind>', 'with this drift').choices([...DRIFT_KINDS, ANY_DRIFT]))
    .option(
      '-q, --query <text>',
      'a part of an e-mail address or a name, or an instance, sandbox or machine id',
    )
    .addOption(new Option('--sort <order>', 'the order').choices(InstanceSortSchema.options))
    .addOption(
      new Option('--limit <count>', 'how many a page')
        .argParser(wholeNumber(1, INSTANCES_PAGE_MAX))
        .default(INSTANCES_PAGE_DEFAULT),
    )
    .option('--cursor <cursor>', 'the nextCursor of the page before')
    .option('--all', `every page, up to ${INSTANCES_MAX} instances`)
    .addHelpText('after', EXAMPLES)
    .action(async ({ user, tier, query, hasOverride, all, limit, ...options }) => {
      const filter: RouteInput<'instances'> = {
        ...options,
        userId: user,
        instanceType: tier,
        q: query,
        hasOverride: hasOverride ? 'true' : undefined,
        limit,
      };
      const api = await cli.api();
      const page = await readPages(api, filter, all ? PAGES_MAX : 1);
      cli.output.answer(page, (screen) =>
        screen.table(
          ['instance', 'name', 'owner', 'status', 'tier', 'machine', 'disk', 'notes'],
          page.items.map(rowOf),
        ),
      );
      if (cli.options.json !== true) cli.output.notes.line(...countWords(page));
    });
}

function rowOf(row: ListedInstance): readonly Cell[] {
  return [
    row.instanceId,
    row.name,
    row.userEmail ?? row.userId,
    statusCell(row.status),
    row.instanceType ?? toned('warn', 'unknown'),
    sizeWords(row.machineSize),
    diskWords(row.volumeSizeGb),
    noteOf(row),
  ];
}

function noteOf({ sizeOverride, sizeOverrideUnreadable, driftKinds }: ListedInstance): Cell {
  const lent = sizeOverride?.preset ?? sizeWords(sizeOverride?.machineSize ?? null);
  const words = [
    ...(lent === null ? [] : [`override ${lent}`]),
    ...(sizeOverrideUnreadable ? ['override unreadable'] : []),
    ...driftKinds,
  ];
  return words.length === 0 ? '' : toned('warn', words.join(', '));
}

function countWords({ items, total, totalIsCapped, nextCursor }: InstancePage): readonly Cell[] {
  const count = `${items.length} of ${total}${totalIsCapped ? ' or more' : ''}.`;
  return nextCursor === null
    ? [count]
    : [count, `The next ones: --cursor ${nextCursor}, or all of them: --all`];
}
