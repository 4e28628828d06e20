/** Whose a machine is: its tags tell, for as long as its host answers. */
import type { InstanceTags } from '../provider.ts';
import type { ProviderError } from '../provider-error.ts';
import { belongsTo } from '../tags.ts';
import { flyError } from './errors.ts';
import type { Machine } from './schemas.ts';

/** The machine's metadata; null while its host does not answer and nobody can tell. */
export function tagsOfMachine({ config, incompleteConfig }: Machine): Record<string, string> | null {
  const known = config ?? incompleteConfig;
  if (known === null) return null;
  const texts = Object.entries(known.metadata ?? {}).filter(
    (tag): tag is [string, string] => typeof tag[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** Whose it is by its tags; `unknown` where its host does not show them. */
export function ownerOf(machine: Machine, tags: InstanceTags): 'own' | 'foreign' | 'unknown' {
  const found = tagsOfMachine(machine);
  if (found === null) return 'unknown';
  return belongsTo(found, tags) ? 'own' : 'foreign';
}

export function foreignMachine({ id }: Machine): ProviderError {
  const message = `The machine ${id} in this instance's app at Fly carries other tags. It was not touched: move it away or delete it by hand.`;
  return flyError('invalid', message, { details: { machineId: id } });
}

export function unreadableHost({ id }: Machine): ProviderError {
  return flyError(
    'unavailable',
    `The host of the machine ${id} at Fly does not answer, so that its configuration is not known.`,
  );
}
