import { z } from 'zod';

const LONGEST_DELAY_MS = 24 * 60 * 60 * 1000;

const MAX_HOSTS = 100;

const delayMs = z.int().min(0).max(LONGEST_DELAY_MS);

const hostSchema = z.strictObject({ cpus: z.int().min(0), memoryMb: z.int().min(0) });
const hostListSchema = z.array(hostSchema).max(MAX_HOSTS);

/** What one host has for machines. */
export type HostSize = z.infer<typeof hostSchema>;

/** What may be tuned while the simulator runs; every delay may be 0. */
export const settingsSchema = z.strictObject({
  /** A new machine stays `created` this long before it may start. */
  createMs: delayMs,
  /** `starting` until `started`. */
  startMs: delayMs,
  /** `stopping` until `stopped`. */
  stopMs: delayMs,
  /** `restarting` until `started`. */
  restartMs: delayMs,
  /** `replacing` until the state that the machine had before the update. */
  updateMs: delayMs,
  /** `destroying` until `destroyed`. */
  destroyMs: delayMs,
  /** How long a destroyed machine still holds its volume. */
  unbindLagMs: delayMs,
  /** How long a destroyed machine can still be read before it answers 404. */
  tombstoneMs: delayMs,
  /** How long a deleted volume stays in `pending_destroy` before it is gone. */
  volumeDestroyMs: delayMs,
  /** What an extend answers as `needs_restart`. */
  extendNeedsRestart: z.boolean(),
  /** `suspending` until `suspended`. */
  suspendMs: delayMs,
  /** A fork stays `hydrating`, and a restored volume `restoring`, this long. */
  volumeFillMs: delayMs,
  /** How long a snapshot takes. */
  snapshotMs: delayMs,
  /** How long a new app answers 404 if its creation was not asked to wait. */
  appVisibleMs: delayMs,
  /** How far reads lag behind writes: what is younger is not seen yet. */
  gossipMs: delayMs,
  /** Lists of machines and volumes come back empty, as once during an incident. */
  emptyLists: z.boolean(),
  /** Machines on one page of a list; the header `fly-next-cursor` leads on. */
  listPageSize: z.int().min(1).max(1000),
  /** Launches end in `failed`, as with an image that does not boot. */
  launchFails: z.boolean(),
  /** Whether the published rates of calls hold: 429 beyond them. */
  rateLimits: z.boolean(),
  /** The hosts of a region that is not named in `hostsByRegion`. */
  hosts: hostListSchema,
  /** Regions with hosts of their own; an empty list = a region without capacity. */
  hostsByRegion: z.record(z.string(), hostListSchema),
  /** What the running machines of an organisation may have there in all; regions not named have no quota. */
  memoryQuotaMbByRegion: z.record(z.string(), z.int().min(0)),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Any part of the settings, as the control port takes it. */
export const settingsPatchSchema = settingsSchema.partial();

export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

/** The settings with some replaced. */
export function mergeSettings(base: Settings, patch: SettingsPatch): Settings {
  return settingsSchema.parse({ ...base, ...patch });
}

// Large enough for any fleet that a test or a sandbox makes: who wants a full host says so.
const ROOMY_HOST: HostSize = { cpus: 1_000_000, memoryMb: 10_000_000_000 };

export const DEFAULT_SETTINGS: Settings = {
  createMs: 300,
  startMs: 700,
  stopMs: 500,
  restartMs: 1000,
  updateMs: 1200,
  destroyMs: 400,
  unbindLagMs: 600,
  tombstoneMs: 1500,
  volumeDestroyMs: 1500,
  extendNeedsRestart: false,
  suspendMs: 500,
  volumeFillMs: 1000,
  snapshotMs: 500,
  appVisibleMs: 0,
  gossipMs: 0,
  emptyLists: false,
  listPageSize: 1000,
  launchFails: false,
  rateLimits: false,
  hosts: [ROOMY_HOST, ROOMY_HOST, ROOMY_HOST],
  hostsByRegion: {},
  memoryQuotaMbByRegion: {},
};
