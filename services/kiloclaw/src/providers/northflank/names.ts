/** Names of an instance's resources at Northflank, and what the record keeps of them. Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { InstanceTags, Resources } from '../provider.ts';
import { northflankError } from './errors.ts';

const PROJECT_HASH_DIGITS = 20;
/** Shorter: name of port, service, project and account share one DNS label of 63 characters. */
const SERVICE_HASH_DIGITS = 12;
const UUID_HEX_DIGITS = 32;
const RADIX = 36;
/** Digits of the largest UUID in that radix. */
const INSTANCE_DIGITS = 25;
const FLEET_DIGITS = 4;
const FLEET_HASH_HEX_DIGITS = 12;

/** With the hash and a hyphen, the 39 characters that a project's name may have. */
export const PROJECT_PREFIX_MAX_LENGTH = 18;

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The id of what bears this name is the name itself: lower case, digits and single hyphens are kept as they are. */
export function projectNameOf(prefix: string, instanceId: string): string {
  return `${prefix}-${sha256Hex(instanceId).slice(0, PROJECT_HASH_DIGITS)}`;
}

function serviceNameOf(prefix: string, instanceId: string): string {
  return `${prefix}-${sha256Hex(instanceId).slice(0, SERVICE_HASH_DIGITS)}`;
}

function fleetMark(fleetId: string): string {
  const number =
    BigInt(`0x${sha256Hex(fleetId).slice(0, FLEET_HASH_HEX_DIGITS)}`) % BigInt(RADIX ** FLEET_DIGITS);
  return number.toString(RADIX).padStart(FLEET_DIGITS, '0');
}

/**
 * A volume has no description, so its name says whose it is: a mark of the fleet, then the whole instance id in base
 * 36. 30 of the 39 characters that it may have.
 */
export function volumeNameOf({ fleetId, instanceId }: Pick<InstanceTags, 'fleetId' | 'instanceId'>): string {
  const hex = instanceId.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex))
    throw northflankError('invalid', 'The instance id must be a UUID to name its volume at Northflank.');
  return `k${fleetMark(fleetId)}${BigInt(`0x${hex}`).toString(RADIX).padStart(INSTANCE_DIGITS, '0')}`;
}

/** The instance whose volume of this fleet bears the name; null where it is no such name. */
export function instanceOfVolumeName(name: string, fleetId: string): string | null {
  const mark = `k${fleetMark(fleetId)}`;
  const digits = name.slice(mark.length);
  if (!name.startsWith(mark) || !/^[0-9a-z]{25}$/.test(digits)) return null;
  let value = 0n;
  for (const digit of digits) value = value * BigInt(RADIX) + BigInt(Number.parseInt(digit, RADIX));
  const hex = value.toString(16).padStart(UUID_HEX_DIGITS, '0');
  if (hex.length > UUID_HEX_DIGITS) return null;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Deterministic names, before anything exists. */
export function nameNorthflankResources(prefix: string, tags: InstanceTags): Resources {
  return {
    projectName: projectNameOf(prefix, tags.instanceId),
    volumeName: volumeNameOf(tags),
    serviceName: serviceNameOf(prefix, tags.instanceId),
  };
}

const Known = z
  .string()
  .min(1)
  .nullish()
  .transform((value) => value ?? null);

const NorthflankResourcesSchema = z
  .object({
    projectName: z.string().min(1),
    volumeName: z.string().min(1),
    serviceName: z.string().min(1),
    projectId: Known,
    volumeId: Known,
    machineId: Known,
    /** Where the project is, and all that is in it. */
    region: Known,
    /** Where the volume is mounted: at Northflank that is the volume's own, not the machine's. */
    mountPath: Known,
    /** The plan last asked for, and when; milliseconds since 1970, UTC. */
    planId: Known,
    planAskedAtMs: z
      .number()
      .nullish()
      .transform((value) => value ?? null),
  })
  // Names give ids, so that what was never learned is found all the same.
  .transform(({ projectId, ...own }) => ({ ...own, projectId: projectId ?? own.projectName }));
export type NorthflankResources = z.output<typeof NorthflankResourcesSchema>;

/** The record's resources as this adapter reads them. */
export function readNorthflankResources(resources: Resources): NorthflankResources {
  const parsed = NorthflankResourcesSchema.safeParse(resources);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw northflankError(
    'invalid',
    `The instance's resources at Northflank lack or garble ${fields.join(', ')}: restore the instance.`,
  );
}
