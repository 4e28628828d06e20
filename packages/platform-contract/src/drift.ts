/** What an instance can be found to differ in from its record. Shown to admins; a repair needs a person. */
import { z } from 'zod';

export const DRIFT_KINDS = [
  /** The machine runs on another size than it was last started with, or than was asked for. */
  'size_differs',
  /** The host or plan gave less than was asked for. */
  'clamped',
  /** The volume is larger than its tier's. */
  'volume_above_tier',
  /** The volume is smaller than its tier's. */
  'volume_below_tier',
  /** The provider's volume is smaller than the recorded one. */
  'volume_below_state',
  'volume_missing',
  'volume_not_mounted',
  /** The disk has grown; the machine sees it after its next restart. */
  'volume_needs_restart',
  'duplicate_machines',
  /** A volume beside the instance’s own: left for a copy on another host, or replaced; kept until an admin lets it go. */
  'retired_volume',
  'override_unreadable',
  'registry_rejected',
] as const;
export const DriftKindSchema = z.enum(DRIFT_KINDS);
export type DriftKind = z.infer<typeof DriftKindSchema>;

/** The findings that `POST /repair` decides, and the choices that each of them has. */
export const REPAIRS = {
  /** Makes the machine anew on its own volume; downtime. */
  volume_not_mounted: ['remount'],
  /** `keep:<machine id>`: the other machines of this instance are deleted. */
  duplicate_machines: ['keep'],
  /** `delete:<volume id>`: the retired volume and its data are deleted. */
  retired_volume: ['delete'],
} as const satisfies Partial<Record<DriftKind, readonly string[]>>;
export type RepairableFinding = keyof typeof REPAIRS;
export const RepairableFindingSchema = z.enum(
  Object.keys(REPAIRS) as [RepairableFinding, ...RepairableFinding[]],
);
