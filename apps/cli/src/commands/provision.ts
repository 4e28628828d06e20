import { randomUUID } from 'node:crypto';
import { Option } from '@commander-js/extra-typings';
import {
  CpuKindSchema,
  MACHINE_SIZE_MAX_CPUS,
  MACHINE_SIZE_MAX_MEMORY_MB,
  OFFERED_TIER_KEYS,
} from '@kiloclaw/instance-tiers';
import {
  InstanceIdSchema,
  PROVISION_VOLUME_MAX_GB,
  ProviderIdSchema,
  type RouteInput,
} from '@kiloclaw/platform-contract';
import { InvalidArgumentError } from 'commander';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import { provisionAndFollow, tellProvisioned } from '../operations/provisioning.ts';
import type { InstancesCommand } from './instances.ts';
import { actorOf, asAdminOption } from './shared/actor.ts';
import { idempotencyKeyOption, noWaitOption, timeoutOption, waitMsOf } from './shared/change-options.ts';
import { readEnvFile } from './shared/env-file.ts';
import { wholeNumber } from './shared/numbers.ts';
import { parseUserId } from './shared/target.ts';

const EXAMPLES = `
With the id of an instance that is there, its configuration is updated. Secrets come from a file of NAME=value lines,
or - for standard input: never from an argument, since everybody on the machine can see those.

Examples:
  kiloclaw instances provision --user alice --name alice-box --tier perf-1-3
  kiloclaw instances provision --user alice --cpus 2 --memory-mb 6144 --cpu-kind performance --disk-gb 30 --no-start
  kiloclaw instances provision --user alice --env LOG_LEVEL=debug --secrets-file alice.env
  kiloclaw instances provision --user alice --idempotency-key signup-4711 --json   # may be run again`;

export function addProvision(instances: InstancesCommand, cli: Cli): void {
  instances
    .command('provision')
    .description('make an instance, and start it')
    .addOption(new Option('--user <id>', 'its owner').argParser(parseUserId).makeOptionMandatory())
    .option('--email <address>', 'the owner’s e-mail address, where the registry does not know the owner yet')
    .addOption(
      new Option('--id <uuid>', 'the id that it is to have, or of the one to update').argParser(
        parseInstanceId,
      ),
    )
    .option('--name <name>', 'what people call it')
    .addOption(new Option('--provider <provider>', 'where it is made').choices(ProviderIdSchema.options))
    .option('--region <region>', 'where at the provider')
    .addOption(new Option('--tier <tier>', 'what it runs on').choices(OFFERED_TIER_KEYS))
    .option('--cpus <count>', 'a machine beside the tiers', wholeNumber(1, MACHINE_SIZE_MAX_CPUS))
    .option('--memory-mb <mb>', 'its RAM', wholeNumber(1, MACHINE_SIZE_MAX_MEMORY_MB))
    .addOption(new Option('--cpu-kind <kind>', 'its CPUs').choices(CpuKindSchema.options))
    .option('--disk-gb <gb>', 'its disk', wholeNumber(1, PROVISION_VOLUME_MAX_GB))
    .option('--image <reference>', 'the image that it runs')
    .option('--env <name=value>', 'a variable of its process; may be given several times', collectVariable)
    .option('--secrets-file <path>', 'secret variables, one NAME=value a line')
    .option('--no-start', 'make it, and leave it stopped')
    .addOption(asAdminOption())
    .addOption(noWaitOption())
    .addOption(timeoutOption())
    .addOption(idempotencyKeyOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ user, email, id, tier, env, secretsFile, asAdmin, ...options }) => {
      const { name, provider, region, image, start } = options;
      const secrets =
        secretsFile === undefined ? undefined : await readEnvFile(cli.surroundings, secretsFile);
      const api = await cli.api();
      const input: RouteInput<'provision'> = {
        ...{ userId: user, userEmail: email, instanceId: id, instanceType: tier },
        ...{ name, provider, region, image, env, secrets, start },
        ...machineOf(options),
        ...actorOf(asAdmin, api.connection),
      };
      const idempotencyKey = options.idempotencyKey ?? randomUUID();
      const last = await provisionAndFollow(cli, api, { input, idempotencyKey, waitMs: waitMsOf(options) });
      tellProvisioned(cli, idempotencyKey, last);
    });
}

interface MachineOptions {
  readonly cpus?: number | undefined;
  readonly memoryMb?: number | undefined;
  readonly cpuKind?: 'shared' | 'performance' | undefined;
  readonly diskGb?: number | undefined;
}

/** A machine is whole or not there at all: a guess at the rest would be billed. */
function machineOf({ cpus, memoryMb, cpuKind, diskGb }: MachineOptions): Partial<RouteInput<'provision'>> {
  const parts = [cpus, memoryMb, cpuKind];
  if (parts.every((part) => part === undefined) && diskGb === undefined) return {};
  if (cpus === undefined || memoryMb === undefined || cpuKind === undefined)
    throw usageError(
      '--cpus, --memory-mb and --cpu-kind go together, and --disk-gb with them.',
      'Or give --tier alone.',
    );
  return { machineSize: { cpus, memory_mb: memoryMb, cpu_kind: cpuKind }, volumeSizeGb: diskGb };
}

function parseInstanceId(text: string): string {
  const parsed = InstanceIdSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('must be a UUID');
  return parsed.data;
}

function collectVariable(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('must be NAME=value');
  return { ...before, [name]: value };
}
