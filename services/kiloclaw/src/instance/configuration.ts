/** An instance's configuration: image, environment and secrets, sealed before they are stored anywhere. */
import { type Result, refuse } from '@kiloclaw/platform-contract';
import type { Vault } from './deps.ts';
import type { ProvisionCall } from './instance-rpc.ts';
import { sealingPurpose } from './operations/machine-spec.ts';
import type { Configuration } from './state.ts';

export interface ConfigurationDefaults {
  readonly image: string | null;
  readonly mountPath: string;
  readonly port: number;
}

/** What a provision makes of the configuration so far: what it names is replaced, the rest stays. */
export async function configure(
  vault: Vault,
  call: ProvisionCall,
  before: Configuration | null,
  defaults: ConfigurationDefaults,
): Promise<Result<Configuration>> {
  const image = call.image ?? before?.image ?? defaults.image;
  if (image === null) {
    return refuse('invalid_request', 'image: give an image, or set KILOCLAW_DEFAULT_IMAGE.', {
      path: 'image',
    });
  }
  const env = await entries(vault, call, 'env', before?.sealedEnv ?? null);
  const secrets = await entries(vault, call, 'secrets', before?.sealedSecrets ?? null);
  const { mountPath, port } = before ?? defaults;
  const fingerprint = await vault.fingerprint(
    JSON.stringify([image, env.plain, secrets.plain, mountPath, port]),
  );
  const configuration = {
    ...before,
    image,
    mountPath,
    port,
    sealedEnv: env.sealed,
    sealedSecrets: secrets.sealed,
    fingerprint,
  };
  return { ok: true, value: configuration };
}

async function entries(vault: Vault, call: ProvisionCall, field: 'env' | 'secrets', before: string | null) {
  const purpose = sealingPurpose(call.instanceId, field);
  const given = call[field];
  if (given === null)
    return { sealed: before, plain: before === null ? '{}' : await vault.open(before, purpose) };
  const plain = JSON.stringify(
    Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  return { sealed: await vault.seal(plain, purpose), plain };
}
