/** The tags that every machine and volume carries where its provider has tags, and how they are read back. */
import type { InstanceTags, MachineSpec } from './provider.ts';

export const TAG = {
  fleetId: 'kiloclaw_fleet_id',
  instanceId: 'kiloclaw_instance_id',
  userId: 'kiloclaw_user_id',
  sandboxId: 'kiloclaw_sandbox_id',
  sizeSource: 'kiloclaw_size_source',
  configuration: 'kiloclaw_configuration',
} as const;

/** What marks a resource as one instance's own. */
export function ownerTags(tags: InstanceTags): Record<string, string> {
  return {
    [TAG.fleetId]: tags.fleetId,
    [TAG.instanceId]: tags.instanceId,
    [TAG.userId]: tags.userId,
    [TAG.sandboxId]: tags.sandboxId,
  };
}

/** What a machine tells of how it was built. */
export function machineTags(tags: InstanceTags, spec: MachineSpec): Record<string, string> {
  return {
    ...ownerTags(tags),
    [TAG.sizeSource]: spec.sizeSource,
    [TAG.configuration]: spec.configurationFingerprint,
  };
}

type Found = Readonly<Record<string, string | undefined>>;

/** Whether a found resource is this very instance's, of this very fleet. */
export function belongsTo(found: Found, tags: InstanceTags): boolean {
  return found[TAG.fleetId] === tags.fleetId && found[TAG.instanceId] === tags.instanceId;
}

export function sizeSourceOf(found: Found): 'tier' | 'override' | null {
  const source = found[TAG.sizeSource];
  return source === 'tier' || source === 'override' ? source : null;
}
