import type { Cli } from '../cli.ts';
import type { Program } from '../root.ts';
import { addInstancesGet } from './instances-get.ts';
import { addInstancesList } from './instances-list.ts';
import { addPowerActions } from './power.ts';
import { addProvision } from './provision.ts';

function createInstances(program: Program) {
  return program.command('instances').description('instances: find them, make them, start and stop them');
}

export type InstancesCommand = ReturnType<typeof createInstances>;

export function addInstances(program: Program, cli: Cli): void {
  const instances = createInstances(program);
  addInstancesList(instances, cli);
  addInstancesGet(instances, cli);
  addProvision(instances, cli);
  addPowerActions(instances, cli);
}
