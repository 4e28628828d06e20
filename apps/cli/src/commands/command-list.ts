/** Every command, in the order of the help: a new one is a file here and a line in this list. */
import type { Cli } from '../cli.ts';
import type { Program } from '../root.ts';
import { addDoctor } from './doctor.ts';
import { addInstances } from './instances.ts';
import { addKeys } from './keys.ts';
import { addLogin } from './login.ts';
import { addOps } from './ops.ts';
import { addOrphans } from './orphans.ts';
import { addOverride } from './override.ts';
import { addPerson } from './person.ts';
import { addProfile } from './profile.ts';
import { addProviders } from './providers.ts';
import { addRepair, addReplaceVolume } from './repair.ts';
import { addResize } from './resize.ts';
import { addSecrets } from './secrets.ts';
import { addTiers } from './tiers.ts';
import { addVolume } from './volume.ts';

export const COMMANDS: readonly ((program: Program, cli: Cli) => void)[] = [
  addLogin,
  addProfile,
  addInstances,
  addResize,
  addOverride,
  addVolume,
  addOps,
  addRepair,
  addReplaceVolume,
  addOrphans,
  addPerson,
  addTiers,
  addProviders,
  addDoctor,
  addKeys,
  addSecrets,
];
