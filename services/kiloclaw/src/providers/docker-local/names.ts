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

/** Whose resources a list is to hold: an instance's, or a whole fleet's. */
export type Owner = Pick<InstanceTags, 'fleetId'> & Partial<Pick<InstanceTags, 'instanceId'>>;

/** The `filters` of a list. */
export function ownerFilter({ fleetId, instanceId }: Owner): string {
  const ofInstance = instanceId === undefined ? [] : [`${TAG.instanceId}=${instanceId}`];
  return JSON.stringify({ label: [`${TAG.fleetId}=${fleetId}`, ...ofInstance] });
}

/** Podman's list of volumes holds what has any of the labels, and not all of them: its word is not taken for it. */
export function isOwnedBy(labels: Readonly<Record<string, string>>, { fleetId, instanceId }: Owner): boolean {
  if (labels[TAG.fleetId] !== fleetId) return false;
  return instanceId === undefined || labels[TAG.instanceId] === instanceId;
}
