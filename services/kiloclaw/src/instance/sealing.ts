/** What an instance holds sealed, and by which keys. */
import { ok, type Result, refuse } from '@kiloclaw/platform-contract';
import type { Deps } from './deps.ts';
import type { Instance } from './instance.ts';
import type { SealingAnswer, SealingCall } from './instance-rpc.ts';
import { resealConfiguration } from './reseal.ts';
import { storedTexts } from './storage/stored-json.ts';

/**
 * Seals anew what another key than the current one seals, where that is asked for, and tells which keys seal what is
 * stored now. The configuration stays the same one: no machine is touched. Asked again, it finds nothing to do.
 */
export async function sealingOf(
  instance: Instance,
  { caller, reseal }: SealingCall,
): Promise<Result<SealingAnswer>> {
  const { deps } = instance;
  if (!instance.hasRecord()) return ok({ keys: {}, resealed: 0 });
  const authorized = instance.authorize(caller, 'reseal');
  // A damaged record is kept as it is, and still says which keys it needs.
  if (!authorized.ok && authorized.error.code !== 'state_invalid') return authorized;
  try {
    const resealed = reseal && authorized.ok ? await resealConfiguration(deps) : 0;
    return ok({ keys: countKeys(deps), resealed });
  } catch (error) {
    deps.log.error('not sealed anew', { message: String(error) });
    return refuse(
      'configuration_unknown',
      'What this instance has sealed could not be opened: KILOCLAW_ENCRYPTION_KEYS has to hold its key. GET /sealing-keys counts which ones are needed.',
    );
  }
}

/** Of everything that is stored, whatever it is a part of: a key that is counted nowhere is needed nowhere. */
function countKeys({ storage, vault }: Deps): Record<string, number> {
  const keys: Record<string, number> = {};
  for (const { text } of storedTexts(storage)) {
    for (const keyId of vault.keysIn(text)) keys[keyId] = (keys[keyId] ?? 0) + 1;
  }
  return keys;
}
