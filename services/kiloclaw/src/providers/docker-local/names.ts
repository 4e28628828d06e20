/** What an instance's container and volume are called, and how they are found again. Pure. */
import type { InstanceTags, Resources } from '../provider.ts';
import { TAG } from '../tags.ts';

/** One machine each: the name alone makes the engine refuse a second one. */
export function containerNameOf(tags: InstanceTags): string {
  return tags.sandboxId;
}

/** The recorded volume, else the one that would be made. */
export function volumeNameOf(tags: InstanceTags, resources: Resources): string {
  const { volumeName } = resources;
  return typeof volumeName === 'string' ? volumeName : `${tags.sandboxId}-data`;
}

export function recordedContainerId(resources: Resources): string | null {
  const { machineId } = resources;
  return typeof machineId === 'string' ? machineId : null;
}

/** The `filters` of a list; an engine takes all labels together. */
export function fleetFilter(fleetId: string): string {
  return JSON.stringify({ label: [`${TAG.fleetId}=${fleetId}`] });
}

export function instanceFilter({ fleetId, instanceId }: InstanceTags): string {
  return JSON.stringify({ label: [`${TAG.fleetId}=${fleetId}`, `${TAG.instanceId}=${instanceId}`] });
}
