/** Seals by the current key what an older one has sealed. */
import type { Deps, Vault } from './deps.ts';
import { sealingPurpose } from './operations/machine-spec.ts';
import type { Configuration, InstanceState } from './state.ts';
import { loadRecord, saveState } from './storage/record-store.ts';

/** A provision that is accepted meanwhile makes one of them vain. */
const ATTEMPTS = 3;
const SEALED_FIELDS = { sealedEnv: 'env', sealedSecrets: 'secrets' } as const;
type SealedField = keyof typeof SEALED_FIELDS;

/** How many texts were sealed anew. Throws where one can't be opened. */
export async function resealConfiguration(deps: Deps): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = soundState(deps);
    const configuration = before?.configuration ?? null;
    if (before === null || configuration === null) return 0;
    const fresh = await sealedAnew(deps.vault, before.instanceId, configuration);
    const fields = Object.keys(fresh) as SealedField[];
    if (fields.length === 0 || commit(deps, configuration, fresh)) return fields.length;
  }
  return 0;
}

/** The texts that another key seals, by the current one. */
async function sealedAnew(
  vault: Vault,
  instanceId: string,
  configuration: Configuration,
): Promise<Partial<Record<SealedField, string>>> {
  const fresh: Partial<Record<SealedField, string>> = {};
  for (const field of Object.keys(SEALED_FIELDS) as SealedField[]) {
    const sealed = configuration[field];
    if (sealed === null || vault.keysIn(sealed)[0] === vault.currentKeyId) continue;
    const purpose = sealingPurpose(instanceId, SEALED_FIELDS[field]);
    fresh[field] = await vault.seal(await vault.open(sealed, purpose), purpose);
  }
  return fresh;
}

/** False where the configuration has become another one since it was read: that one must not be undone. */
function commit(deps: Deps, read: Configuration, fresh: Partial<Record<SealedField, string>>): boolean {
  return deps.storage.transaction(() => {
    const state = soundState(deps);
    const configuration = state?.configuration ?? null;
    if (state === null || configuration === null) return false;
    const isUnchanged = (Object.keys(SEALED_FIELDS) as SealedField[]).every(
      (field) => configuration[field] === read[field],
    );
    if (!isUnchanged) return false;
    saveState(
      deps.storage,
      state,
      { ...state, configuration: { ...configuration, ...fresh } },
      deps.clock.now(),
    );
    return true;
  });
}

function soundState({ storage }: Deps): InstanceState | null {
  const record = loadRecord(storage);
  return record.kind === 'sound' ? record.state : null;
}
