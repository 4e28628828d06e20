/** Every command, in the order of the help: a new one is a file here and a line in this list. */
import type { Cli } from '../cli.ts';
import type { Program } from '../root.ts';
import { addDoctor } from './doctor.ts';
import { addInstances } from './instances.ts';
import { addLogin } from './login.ts';
import { addProfile } from './profile.ts';
import { addProviders } from './providers.ts';
import { addTiers } from './tiers.ts';

export const COMMANDS: readonly ((program: Program, cli: Cli) => void)[] = [
  addLogin,
  addProfile,
  addInstances,
  addTiers,
  addProviders,
  addDoctor,
];
