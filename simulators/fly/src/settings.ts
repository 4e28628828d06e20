import { z } from 'zod';

const LONGEST_DELAY_MS = 24 * 60 * 60 * 1000;

const delayMs = z.int().min(0).max(LONGEST_DELAY_MS);

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
});

export type Settings = z.infer<typeof settingsSchema>;

/** Any part of the settings, as the control port takes it. */
export const settingsPatchSchema = settingsSchema.partial();

export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

/** The settings with some replaced. */
export function mergeSettings(base: Settings, patch: SettingsPatch): Settings {
  return settingsSchema.parse({ ...base, ...patch });
}

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
};
