/** start, stop, restart, destroy: what they say, done. */
import type { Cli } from '../cli.ts';
import type { InstancesCommand } from './instances.ts';
import { type GatedChange, runGated } from './shared/change.ts';
import { withChangeOptions } from './shared/change-options.ts';
import { instanceArgument } from './shared/target.ts';

type PowerAction = 'start' | 'stop' | 'restart' | 'destroy';

const DESCRIPTIONS: Readonly<Record<PowerAction, string>> = {
  start: 'start the machine',
  stop: 'stop the machine; the disk stays',
  restart: 'stop and start the machine: it comes back with the size that counts by then',
  destroy: 'delete machine and disk, for good',
};

const QUESTIONS: Partial<Record<PowerAction, GatedChange['question']>> = {
  destroy: { text: 'The machine, its disk and all data on it are deleted, for good.', isTyped: true },
};

function addAction(instances: InstancesCommand, cli: Cli, action: PowerAction): void {
  const question = QUESTIONS[action];
  withChangeOptions(
    instances.command(action).description(DESCRIPTIONS[action]).addArgument(instanceArgument()),
  )
    .addHelpText(
      'after',
      `\nExamples:\n  kiloclaw instances ${action} 7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11\n  kiloclaw instances ${action} 7d2f7c1e-4a58-4b0e-9f53-6a1f0c9d2b11 --user alice --yes --json`,
    )
    .action((instance, options) =>
      runGated(cli, {
        instance,
        options,
        gate: action,
        ...(question === undefined ? {} : { question }),
        send: async ({ api, named }, call) => (await api.call(action, named, call)).body,
      }),
    );
}

export function addPowerActions(instances: InstancesCommand, cli: Cli): void {
  for (const action of ['start', 'stop', 'restart', 'destroy'] as const) addAction(instances, cli, action);
}
