import { Argument } from '@commander-js/extra-typings';
import { VOLUME_MAX_GB, VOLUME_MIN_GB } from '@kiloclaw/platform-contract';
import type { Cli } from '../cli.ts';
import type { Program } from '../root.ts';
import { runPlanned } from './shared/change.ts';
import { withChangeOptions } from './shared/change-options.ts';
import { operationOf, planOf } from './shared/hardware.ts';
import { wholeNumber } from './shared/numbers.ts';
import { instanceArgument } from './shared/target.ts';

const EXAMPLES = `
A disk grows and never shrinks, and the instance is of tier "custom" from then on. To the size that it has already:
nothing is done, and the exit code is 0.

Examples:
  kiloclaw volume extend alice-box 15 --dry-run
  kiloclaw volume extend alice-box 15 --yes`;

export function addVolume(program: Program, cli: Cli): void {
  const volume = program.command('volume').description('the disk of an instance');
  withChangeOptions(
    volume
      .command('extend')
      .description('grow the disk of an instance, for good')
      .addArgument(instanceArgument())
      .addArgument(
        new Argument('<sizeGb>', 'the new size in whole GB').argParser(
          wholeNumber(VOLUME_MIN_GB, VOLUME_MAX_GB),
        ),
      )
      .option('--app-name <name>', 'refused where the disk is not of this app at the provider')
      .option('--volume-id <id>', 'refused where the disk is not this one'),
  )
    .addHelpText('after', EXAMPLES)
    .action((instance, targetSizeGb, { appName, volumeId, ...options }) => {
      const wanted = { targetSizeGb, appName, volumeId };
      return runPlanned(cli, {
        instance,
        options,
        plan: async ({ api, named }) =>
          planOf((await api.call('extendVolume', { ...named, ...wanted, dryRun: true })).body),
        send: async ({ api, named }, call, expectedPlanHash) =>
          operationOf((await api.call('extendVolume', { ...named, ...wanted, expectedPlanHash }, call)).body),
      });
    });
}
