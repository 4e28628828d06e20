/** Whether an id that a caller named is free, told by the providers alone: the registry does not answer. */
import { ProviderIdSchema, sandboxIdOf } from '@kiloclaw/platform-contract';
import type { Deps } from './deps.ts';
import type { Caller } from './instance-rpc.ts';

/**
 * True where every provider that is configured here says that nothing of this id is there, whoever's it may be. One that
 * does not answer tells nothing: the id is not free then.
 */
export async function isFreeAtProviders(deps: Deps, { instanceId, userId }: Caller): Promise<boolean> {
  const tags = { fleetId: deps.fleetId, instanceId, userId, sandboxId: sandboxIdOf(instanceId) };
  try {
    for (const id of ProviderIdSchema.options.filter((known) => deps.isConfigured(known))) {
      const provider = deps.provider(id);
      const resources = provider.nameResources(tags);
      if ((await provider.findVolume(tags, resources)) !== null) return false;
      if ((await provider.findMachine(tags, resources)) !== null) return false;
    }
    return true;
  } catch (error) {
    deps.log.warn('whether an id is free could not be found out', { instanceId, message: String(error) });
    return false;
  }
}
