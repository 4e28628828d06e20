/** A size override as answers show it: what is stored, tolerant of what a later release adds. */
import { MachineSizeSchema, OverridePresetSchema } from '@kiloclaw/instance-tiers';
import { z } from 'zod';

export const SizeOverrideViewSchema = z
  .object({
    machineSize: MachineSizeSchema,
    preset: OverridePresetSchema.optional(),
    reason: z.string().optional().describe('Absent once the admin who gave it was deleted.'),
    actorId: z.string().describe('An id; names are joined where they are shown.'),
    setAt: z.iso.datetime({ offset: true }),
    expiresAt: z.iso.datetime({ offset: true }).optional(),
    restored: z.boolean().optional(),
  })
  .meta({ id: 'SizeOverride', description: 'A lent size.' });
export type SizeOverrideView = z.infer<typeof SizeOverrideViewSchema>;

/** Where an override is in its life; `ended_awaiting_restart`: the machine still runs on the lent size. */
export const OverridePhaseSchema = z.enum(['active', 'expiring', 'ended_awaiting_restart', 'none']);
export type OverridePhase = z.infer<typeof OverridePhaseSchema>;
