/** Names of an instance's resources at Fly, and what the record keeps of them. Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { InstanceTags, Resources } from '../provider.ts';
import { flyError } from './errors.ts';

const APP_HASH_DIGITS = 20;
const UUID_HEX_DIGITS = 32;
const RADIX = 36;
/** Digits of the largest UUID in that radix. */
const INSTANCE_DIGITS = 25;
const FLEET_DIGITS = 4;
const FLEET_HASH_HEX_DIGITS = 12;
/** A volume's first letter: that of the instance's first volume, and one further with every copy. */
const GENERATIONS = 'klmnopqrstuvwxyzabcdefghij';

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** App names are one namespace over all customers of Fly: at most 63 of a–z, 0–9 and -. */
export function appNameOf(appPrefix: string, instanceId: string): string {
  return `${appPrefix}-${sha256Hex(instanceId).slice(0, APP_HASH_DIGITS)}`;
}

/** Whether an app's name is one that `appNameOf` makes. */
export function isAppName(appPrefix: string, name: string): boolean {
  return name.startsWith(`${appPrefix}-`) && /^[0-9a-f]{20}$/.test(name.slice(appPrefix.length + 1));
}

function fleetMark(fleetId: string): string {
  const number =
    BigInt(`0x${sha256Hex(fleetId).slice(0, FLEET_HASH_HEX_DIGITS)}`) % BigInt(RADIX ** FLEET_DIGITS);
  return number.toString(RADIX).padStart(FLEET_DIGITS, '0');
}

/**
 * A volume has no tags, so its name says whose it is: a letter, a mark of the fleet, then the whole instance id in base
 * 36, which just fits Fly's limit of 30 characters (a–z, 0–9, _). This is the name of an instance's first volume.
 */
export function volumeNameOf({ fleetId, instanceId }: Pick<InstanceTags, 'fleetId' | 'instanceId'>): string {
  const hex = instanceId.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex))
    throw flyError('invalid', 'The instance id must be a UUID to name its volume at Fly.');
  const instance = BigInt(`0x${hex}`).toString(RADIX).padStart(INSTANCE_DIGITS, '0');
  return `${GENERATIONS.charAt(0)}${fleetMark(fleetId)}${instance}`;
}

/** The name of a volume's copy: nothing but its name tells the one from the other. */
export function copyNameOf(volumeName: string): string {
  const next = (GENERATIONS.indexOf(volumeName.charAt(0)) + 1) % GENERATIONS.length;
  return GENERATIONS.charAt(next) + volumeName.slice(1);
}

/** Whether a name is that of the instance's first volume, or of a copy, be it of a copy. */
export function isVolumeNameOf(firstName: string, name: string | null): boolean {
  return name !== null && GENERATIONS.includes(name.charAt(0)) && name.slice(1) === firstName.slice(1);
}

/** The instance whose volume of this fleet bears the name; null where it is no such name. */
export function instanceOfVolumeName(name: string, fleetId: string): string | null {
  const mark = fleetMark(fleetId);
  const digits = name.slice(1 + mark.length);
  if (!/^[a-z]/.test(name) || !name.startsWith(mark, 1) || !/^[0-9a-z]{25}$/.test(digits)) return null;
  let value = 0n;
  for (const digit of digits) value = value * BigInt(RADIX) + BigInt(Number.parseInt(digit, RADIX));
  const hex = value.toString(16).padStart(UUID_HEX_DIGITS, '0');
  if (hex.length > UUID_HEX_DIGITS) return null;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Deterministic names, before anything exists. The machine's is unique within its app, which Fly enforces. */
export function nameFlyResources(appPrefix: string, tags: InstanceTags): Resources {
  const appName = appNameOf(appPrefix, tags.instanceId);
  return { appName, volumeName: volumeNameOf(tags), machineName: appName };
}

const Known = z
  .string()
  .min(1)
  .nullish()
  .transform((value) => value ?? null);

const KnownTime = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

const FlyResourcesSchema = z.object({
  appName: z.string().min(1),
  volumeName: z.string().min(1),
  machineName: z.string().min(1),
  volumeId: Known,
  machineId: Known,
  /** Fly's `instance_id`: new with every update. */
  machineVersion: Known,
  /** Where the volume is: its machine can be nowhere else. */
  region: Known,
  /** When the app was last made or adopted: shortly after, some of Fly does not know it yet. */
  appEnsuredAtMs: KnownTime,
  /** Volumes that were copied elsewhere: the instance's still, and never used again. In one text, with commas. */
  retiredVolumeIds: z
    .string()
    .nullish()
    .transform((ids) => (ids ? ids.split(',') : [])),
  /** When we last had a machine run on the volume, at the earliest: a copy from before lacks what was written since. */
  volumeUsedAtMs: KnownTime,
  /** Of the lease that we hold on the machine: every write to it has to show it. */
  leaseNonce: Known,
  leaseExpiresAtMs: KnownTime,
});
export type FlyResources = z.output<typeof FlyResourcesSchema>;

/** The record's resources as this adapter reads them. */
export function readFlyResources(resources: Resources): FlyResources {
  const parsed = FlyResourcesSchema.safeParse(resources);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw flyError(
    'invalid',
    `The instance's resources at Fly lack or garble ${fields.join(', ')}: restore the instance.`,
  );
}
