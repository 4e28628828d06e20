import { Option } from '@commander-js/extra-typings';
import {
  OVERRIDE_REASON_MAX_LENGTH,
  OverridePresetSchema,
  OverrideReasonSchema,
} from '@kiloclaw/instance-tiers';
import { InvalidArgumentError } from 'commander';
import type { Cli } from '../cli.ts';
import { toned } from '../output/cells.ts';
import { sizeWords } from '../output/hardware-words.ts';
import { timeWords } from '../output/times.ts';
import type { Program } from '../root.ts';
import { requiredActor } from './shared/actor.ts';
import { runPlanned } from './shared/change.ts';
import { withChangeOptions } from './shared/change-options.ts';
import { parseExpiry } from './shared/expiry.ts';
import { applyOption, operationOf, planOf } from './shared/hardware.ts';
import { PAGES_MAX, readPages } from './shared/pages.ts';
import { instanceArgument } from './shared/target.ts';

const SET_EXAMPLES = `
It is recorded in the name of an admin: --as-admin USER_ID, KILOCLAW_AS_ADMIN, or the profile's.

Examples:
  kiloclaw override set alice-box --preset perf-4-16 --reason "out of memory" --dry-run
  kiloclaw override set alice-box --preset perf-4-16 --reason "out of memory" --apply now --yes
  kiloclaw override set alice-box --preset perf-4-8 --reason "bulk import" --expires 7d --as-admin support-1`;

const CLEAR_EXAMPLES = `
Examples:
  kiloclaw override clear alice-box --apply now
  kiloclaw override clear alice-box --as-admin support-1 --yes --json`;

function createOverride(program: Program) {
  return program
    .command('override')
    .description('hardware that is lent: CPU and RAM beyond the tier, for a while');
}

type OverrideCommand = ReturnType<typeof createOverride>;

export function addOverride(program: Program, cli: Cli): void {
  const override = createOverride(program);
  addSet(override, cli);
  addClear(override, cli);
  addList(override, cli);
}

function addSet(override: OverrideCommand, cli: Cli): void {
  withChangeOptions(
    override
      .command('set')
      .description('lend a larger machine; the tier and what is billed stay')
      .addArgument(instanceArgument())
      .addOption(
        new Option('--preset <preset>', 'what is lent')
          .choices(OverridePresetSchema.options)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option(
          '--reason <text>',
          `why, for the next shift (at most ${OVERRIDE_REASON_MAX_LENGTH} characters)`,
        )
          .argParser(parseReason)
          .makeOptionMandatory(),
      )
      .addOption(
        new Option('--expires <when>', 'when it ends by itself: 12h, 7d, or an RFC 3339 time').argParser(
          parseExpiry(cli),
        ),
      )
      .addOption(applyOption()),
  )
    .addHelpText('after', SET_EXAMPLES)
    .action((instance, { preset, reason, expires, apply, ...options }) => {
      const wanted = { preset, reason, expiresAt: expires, apply };
      return runPlanned(cli, {
        instance,
        options,
        plan: async ({ api, named }) => {
          const body = {
            ...named,
            ...requiredActor(options.asAdmin, api.connection),
            ...wanted,
            dryRun: true,
          };
          return planOf((await api.call('setSizeOverride', body)).body);
        },
        send: async ({ api, named }, call, expectedPlanHash) => {
          const body = {
            ...named,
            ...requiredActor(options.asAdmin, api.connection),
            ...wanted,
            expectedPlanHash,
          };
          return operationOf((await api.call('setSizeOverride', body, call)).body);
        },
      });
    });
}

function parseReason(text: string): string {
  const parsed = OverrideReasonSchema.safeParse(text);
  if (!parsed.success)
    throw new InvalidArgumentError(`Say why, in 1 to ${OVERRIDE_REASON_MAX_LENGTH} characters.`);
  return parsed.data;
}

function addClear(override: OverrideCommand, cli: Cli): void {
  withChangeOptions(
    override
      .command('clear')
      .description('take it back; harmless where nothing is lent')
      .addArgument(instanceArgument())
      .addOption(applyOption()),
  )
    .addHelpText('after', CLEAR_EXAMPLES)
    .action((instance, { apply, ...options }) =>
      runPlanned(cli, {
        instance,
        options,
        plan: async ({ api, named }) => {
          const body = { ...named, ...requiredActor(options.asAdmin, api.connection), apply, dryRun: true };
          return planOf((await api.call('clearSizeOverride', body)).body);
        },
        send: async ({ api, named }, call, expectedPlanHash) => {
          const body = {
            ...named,
            ...requiredActor(options.asAdmin, api.connection),
            apply,
            expectedPlanHash,
          };
          return operationOf((await api.call('clearSizeOverride', body, call)).body);
        },
      }),
    );
}

function addList(override: OverrideCommand, cli: Cli): void {
  override
    .command('list')
    .description('every instance that has one: who lent it, why, until when')
    .addHelpText('after', '\nExamples:\n  kiloclaw override list\n  kiloclaw override list --json')
    .action(async () => {
      const page = await readPages(await cli.api(), { hasOverride: 'true' }, PAGES_MAX);
      cli.output.answer(page, (screen) =>
        screen.table(
          ['instance', 'name', 'owner', 'billed', 'lent', 'by', 'until', 'reason'],
          page.items.map(({ instanceId, name, userEmail, userId, instanceType, sizeOverride }) => [
            instanceId,
            name,
            userEmail ?? userId,
            instanceType,
            sizeOverride === null
              ? toned('bad', 'unreadable')
              : (sizeOverride.preset ?? sizeWords(sizeOverride.machineSize)),
            sizeOverride?.actorId ?? null,
            timeWords(sizeOverride?.expiresAt ?? null),
            sizeOverride?.reason ?? null,
          ]),
        ),
      );
    });
}
