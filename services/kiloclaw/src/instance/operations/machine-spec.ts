/** What a machine is to be built as: every place that builds one asks here. */
import { effectiveMachineSize, type MachineSize } from '@kiloclaw/instance-tiers';
import type { InstanceTags, MachineBuild, MachineSpec } from '../../providers/provider.ts';
import type { Vault } from '../deps.ts';
import type { Applied, Configuration, InstanceState } from '../state.ts';
import { StepRefusal, type StepScope } from './step.ts';

export function tagsOf(state: InstanceState): InstanceTags {
  return {
    fleetId: state.fleetId,
    instanceId: state.instanceId,
    userId: state.userId,
    sandboxId: state.sandboxId,
  };
}

/** The size to ask for now, and where it comes from. Refuses where none is known: none is ever made up. */
export function wantedSize(
  state: InstanceState,
  now: number,
): { size: MachineSize; source: 'tier' | 'override' } {
  const size = effectiveMachineSize({ ...state, now });
  if (size === null) {
    throw new StepRefusal({
      code: 'configuration_unknown',
      message:
        'The machine size of this instance is not known, and the provider does not tell it. Resize it to a tier.',
    });
  }
  const own = effectiveMachineSize({ ...state, adminMachineSizeOverride: null, now });
  return { size, source: size === own ? 'tier' : 'override' };
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

/** What decides whether the machine that is there has to change. */
export function wantedBuild({ state, operation, now }: StepScope): MachineBuild {
  const { size, source } = wantedSize(state, now);
  return {
    size: operation.facts.given ?? size,
    sizeSource: source,
    configurationFingerprint: wantedConfiguration(state).fingerprint,
  };
}

/** What the machine that is there was built as, or null where that is not on record. */
export function currentBuild(state: InstanceState): MachineBuild | null {
  const { applied } = state;
  if (applied === null) return null;
  return {
    size: applied.given,
    sizeSource: applied.source,
    configurationFingerprint: applied.configurationFingerprint,
  };
}

/** The whole of it, with the secrets opened: for one call. */
export async function machineSpec(scope: StepScope, vault: Vault): Promise<MachineSpec> {
  const { state } = scope;
  const configuration = wantedConfiguration(state);
  const build = wantedBuild(scope);
  const env = await openEntries(vault, configuration.sealedEnv, sealingPurpose(state.instanceId, 'env'));
  const secrets = await openEntries(
    vault,
    configuration.sealedSecrets,
    sealingPurpose(state.instanceId, 'secrets'),
  );
  return {
    ...build,
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

/** What `applied` becomes when the machine has been built as wanted. */
export function appliedNow(scope: StepScope): Applied {
  const { size, source } = wantedSize(scope.state, scope.now);
  return {
    asked: size,
    given: scope.operation.facts.given ?? size,
    source,
    configurationFingerprint: wantedConfiguration(scope.state).fingerprint,
  };
}
