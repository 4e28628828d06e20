/** What a machine is to be built as: every place that builds one asks here. */
import {
  effectiveMachineSize,
  isSizeOverrideActive,
  type MachineSize,
  tierOf,
} from '@kiloclaw/instance-tiers';
import type {
  InstanceTags,
  MachineBuild,
  MachineObservation,
  MachineSpec,
} from '../../providers/provider.ts';
import type { Vault } from '../deps.ts';
import type { Applied, Built, Configuration, InstanceState } from '../state.ts';
import type { OperationFacts } from './operation.ts';
import { StepRefusal, type StepScope } from './step.ts';

/** What everything of this instance is marked with at its provider. */
export function tagsOf(state: InstanceState): InstanceTags {
  return {
    fleetId: state.fleetId,
    instanceId: state.instanceId,
    userId: state.userId,
    sandboxId: state.sandboxId,
  };
}

/** Where its volume is, if there is one; else where the instance is to live. */
export function regionOf({ resources, region }: InstanceState): string | null {
  return typeof resources.region === 'string' ? resources.region : region;
}

interface WantedSize {
  readonly asked: MachineSize;
  readonly given: MachineSize;
  readonly source: 'tier' | 'override';
}

/**
 * The size that this operation asks for, and where it comes from; null where none is known, for none is ever made up.
 * On its way forward a resize asks for its tier, which its commit is still to record.
 */
export function knownSize({ state, operation, now }: StepScope): WantedSize | null {
  const { params, facts, phase } = operation;
  if (facts.fit !== undefined && phase === 'forward') return facts.fit;
  if (params.targetTier !== undefined && phase === 'forward') {
    const size = { ...tierOf(params.targetTier).machineSize };
    return { asked: size, given: size, source: 'tier' };
  }
  const size = effectiveMachineSize({ ...state, now });
  if (size === null) return null;
  const { adminMachineSizeOverride: override } = state;
  const isLent = override !== null && isSizeOverrideActive(override, now);
  return { asked: size, given: size, source: isLent ? 'override' : 'tier' };
}

/** `knownSize`, or a refusal with the way out. */
export function wantedSize(scope: StepScope): WantedSize {
  const known = knownSize(scope);
  if (known !== null) return known;
  throw new StepRefusal({
    code: 'configuration_unknown',
    message:
      'The machine size of this instance is not known, and the provider does not tell it. Resize it to a tier.',
  });
}

function wantedConfiguration(state: InstanceState): Configuration {
  if (state.configuration === null) {
    throw new StepRefusal({
      code: 'configuration_unknown',
      message: 'Image and environment of this instance are not known. Provision it again with them.',
    });
  }
  return state.configuration;
}

/** What decides whether the machine that is there has to change. A configuration that is not known stays as it is. */
export function wantedBuild(scope: StepScope): MachineBuild {
  const { facts } = scope.operation;
  const { configuration, built } = scope.state;
  const configurationFingerprint =
    configuration === null ? (built?.configurationFingerprint ?? null) : configuration.fingerprint;
  if (facts.fallback !== undefined) {
    const { size, source } = facts.fallback;
    return { size, sizeSource: source, configurationFingerprint };
  }
  const { given, source } = wantedSize(scope);
  return { size: given, sizeSource: source, configurationFingerprint };
}

/** The whole of it, with the secrets opened: for one call. */
export async function machineSpec(scope: StepScope, vault: Vault): Promise<MachineSpec> {
  const { state } = scope;
  const configuration = wantedConfiguration(state);
  const { size, sizeSource } = wantedBuild(scope);
  const env = await openEntries(vault, configuration.sealedEnv, sealingPurpose(state.instanceId, 'env'));
  const secrets = await openEntries(
    vault,
    configuration.sealedSecrets,
    sealingPurpose(state.instanceId, 'secrets'),
  );
  return {
    size,
    sizeSource,
    configurationFingerprint: configuration.fingerprint,
    region: state.region,
    image: configuration.image,
    env: { ...env, ...secrets },
    mountPath: configuration.mountPath,
    port: configuration.port,
  };
}

/** Binds a sealed text to its instance and field. */
export function sealingPurpose(instanceId: string, field: 'env' | 'secrets'): string {
  return `${instanceId}/${field}`;
}

async function openEntries(
  vault: Vault,
  sealed: string | null,
  purpose: string,
): Promise<Record<string, string>> {
  return sealed === null ? {} : (JSON.parse(await vault.open(sealed, purpose)) as Record<string, string>);
}

/** What `built` becomes when the machine has been made, or changed, as wanted. */
export function builtNow(scope: StepScope): Built {
  return { ...wantedBuild(scope), asked: wantedSize(scope).asked };
}

/** What a machine that was found was built as; null where its tags do not say, and its next start then writes it anew. */
export function builtAsTold({
  size,
  sizeSource,
  configurationFingerprint,
}: MachineObservation): Built | null {
  if (size === null || sizeSource === null) return null;
  return { size, asked: size, sizeSource, configurationFingerprint };
}

/** What `applied` becomes when the machine has been started as it was built. The least plan that holds a size may give more. */
export function appliedFrom(
  { asked, size: given, sizeSource: source }: Built,
  facts: OperationFacts,
): Applied {
  const isLess = given.cpus < asked.cpus || given.memory_mb < asked.memory_mb;
  const because = facts.fallback === undefined ? 'clamped' : 'no_room';
  return { asked, given, source, shortfall: isLess ? because : null };
}
