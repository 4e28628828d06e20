/** The root of the command tree, before any command is added: what every `add…` of `commands/` is given. */
import { Command, Option } from '@commander-js/extra-typings';

export function createRoot() {
  return new Command('kiloclaw')
    .addOption(new Option('--json', 'answer with exactly one JSON document on standard output'))
    .addOption(new Option('--profile <name>', 'use this profile, whatever the environment says'));
}

export type Program = ReturnType<typeof createRoot>;
