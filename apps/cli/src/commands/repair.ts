import { Argument } from '@commander-js/extra-typings';
import { REPAIRS, REPLACE_VOLUME_CONFIRMATION, RepairableFindingSchema } from '@kiloclaw/platform-contract';
import type { Cli } from '../cli.ts';
import type { Program } from '../root.ts';
import { runGated } from './shared/change.ts';
import { withChangeOptions } from './shared/change-options.ts';
import { instanceArgument } from './shared/target.ts';

const CHOICES = Object.entries(REPAIRS)
  .map(([finding, choices]) => `  ${finding}: ${choices.join(', ')}`)
  .join('\n');

const REPAIR_EXAMPLES = `
What was found on an instance, and the ids that a choice is about, are in \`kiloclaw instances get\`. The choices:
${CHOICES}

Examples:
  kiloclaw repair alice-box volume_not_mounted remount
  kiloclaw repair alice-box duplicate_machines keep:148e21b4c31789
  kiloclaw repair alice-box retired_volume delete:vol_4qk3v1x8 --yes`;

export function addRepair(program: Program, cli: Cli): void {
  withChangeOptions(
    program
      .command('repair')
      .description('decide what becomes of a finding')
      .addArgument(instanceArgument())
      .addArgument(new Argument('<finding>', 'what was found').choices(RepairableFindingSchema.options))
      .argument('<choice>', 'what to do about it, with the id that it is about'),
  )
    .addHelpText('after', REPAIR_EXAMPLES)
    .action((instance, finding, choice, options) =>
      runGated(cli, {
        instance,
        options,
        gate: 'repair',
        question: {
          text: `${finding.replaceAll('_', ' ')}: ${choice}.`,
          isTyped: choice.startsWith('delete') || choice.startsWith('keep'),
        },
        send: async ({ api, named }, call) =>
          (await api.call('repair', { ...named, finding, choice }, call)).body,
      }),
    );
}

export function addReplaceVolume(program: Program, cli: Cli): void {
  withChangeOptions(
    program
      .command('replace-volume')
      .description('give an instance a new, empty disk where the old one is gone')
      .addArgument(instanceArgument()),
  )
    .addHelpText('after', '\nExample:\n  kiloclaw replace-volume alice-box')
    .action((instance, options) =>
      runGated(cli, {
        instance,
        options,
        gate: 'replace_volume',
        question: { text: 'The new disk is empty: what was on the old one is lost.', isTyped: true },
        send: async ({ api, named }, call) =>
          (await api.call('replaceVolume', { ...named, confirm: REPLACE_VOLUME_CONFIRMATION }, call)).body,
      }),
    );
}
