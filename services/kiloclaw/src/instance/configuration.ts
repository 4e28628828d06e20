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
  const isSame = image === before?.image && env.isSame && secrets.isSame;
  const fingerprint =
    isSame && before !== null
      ? before.fingerprint
      : await fingerprintOf(vault, [image, env.plain, secrets.plain, mountPath, port]);
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

/**
 * What a machine is marked with. The same configuration keeps its mark: made anew under another key it would read as a
 * change, and the machine would be rebuilt for it.
 */
async function fingerprintOf(vault: Vault, configuration: readonly unknown[]): Promise<string> {
  const [{ hash }] = await vault.fingerprints(JSON.stringify(configuration));
  return hash;
}

async function entries(vault: Vault, call: ProvisionCall, field: 'env' | 'secrets', before: string | null) {
  const purpose = sealingPurpose(call.instanceId, field);
  const given = call[field];
  if (given === null) return { sealed: before, plain: await openedOr(vault, before, purpose), isSame: true };
  const plain = JSON.stringify(
    Object.fromEntries(Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  return {
    sealed: await vault.seal(plain, purpose),
    plain,
    isSame: await isSealed(vault, before, purpose, plain),
  };
}

async function openedOr(vault: Vault, sealed: string | null, purpose: string): Promise<string> {
  return sealed === null ? '{}' : vault.open(sealed, purpose);
}

/** Whether this is what was sealed. What can't be opened any more is replaced, as another. */
async function isSealed(
  vault: Vault,
  sealed: string | null,
  purpose: string,
  plain: string,
): Promise<boolean> {
  try {
    return (await openedOr(vault, sealed, purpose)) === plain;
  } catch {
    return false;
  }
}
