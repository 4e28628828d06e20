import { Argument } from '@commander-js/extra-typings';
import { OFFERED_TIER_KEYS } from '@kiloclaw/instance-tiers';
import type { Cli } from '../cli.ts';
import type { Program } from '../root.ts';
import { runPlanned } from './shared/change.ts';
import { withChangeOptions } from './shared/change-options.ts';
import { applyOption, operationOf, planOf } from './shared/hardware.ts';
import { instanceArgument } from './shared/target.ts';

const EXAMPLES = `
To the tier that an instance has already: nothing is done, and the exit code is 0.

Examples:
  kiloclaw resize alice-box perf-4-8 --dry-run
  kiloclaw resize alice-box perf-4-8                       # shows the plan, and asks
  kiloclaw resize alice-box perf-4-8 --apply now --yes     # stops, resizes and starts it`;

export function addResize(program: Program, cli: Cli): void {
  withChangeOptions(
    program
      .command('resize')
      .description('move an instance to a larger tier, for good')
      .addArgument(instanceArgument())
      .addArgument(new Argument('<tier>', 'the tier').choices(OFFERED_TIER_KEYS))
      .addOption(applyOption()),
  )
    .addHelpText('after', EXAMPLES)
    .action((instance, targetTier, { apply, ...options }) => {
      const wanted = { targetTier, apply };
      return runPlanned(cli, {
        instance,
        options,
        plan: async ({ api, named }) =>
          planOf((await api.call('resize', { ...named, ...wanted, dryRun: true })).body),
        isSoAlready: ({ refusal, before }) =>
          refusal?.code === 'not_an_upgrade' && before.instanceType === targetTier,
        send: async ({ api, named }, call, expectedPlanHash) =>
          operationOf((await api.call('resize', { ...named, ...wanted, expectedPlanHash }, call)).body),
      });
    });
}
