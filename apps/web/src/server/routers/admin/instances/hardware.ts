/**
 * The changes of hardware: each has its plan, which the dialog shows, and the change itself, which is done as the plan
 * was shown or not at all.
 */
import {
  ClearSizeOverrideBodySchema,
  ExtendVolumeBodySchema,
  ResizeBodySchema,
  SetSizeOverrideBodySchema,
} from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { changeAs, planForAdmin } from '../../../trpc/change.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { PlannedChange, Target } from '../../../trpc/input.ts';

const { targetTier, apply } = ResizeBodySchema.shape;
const { targetSizeGb } = ExtendVolumeBodySchema.shape;
const { preset, reason, expiresAt } = SetSizeOverrideBodySchema.shape;
const Lent = { preset, expiresAt, apply };

export const resizePlan = adminProcedure
  .input(z.strictObject({ ...Target, targetTier, apply }))
  .query(({ ctx, input }) => planForAdmin(ctx, 'resize', input));

export const resize = adminProcedure
  .input(z.strictObject({ ...PlannedChange, targetTier, apply }))
  .mutation(({ ctx, input }) => changeAs('admin', ctx, 'resize', input));

/** The reason changes nothing of the plan: it may still be empty while the plan is asked for. */
const REASON_TO_COME = 'to be given';

export const setSizeOverridePlan = adminProcedure
  .input(z.strictObject({ ...Target, ...Lent }))
  .query(({ ctx, input }) => planForAdmin(ctx, 'setSizeOverride', { ...input, reason: REASON_TO_COME }));

export const setSizeOverride = adminProcedure
  .input(z.strictObject({ ...PlannedChange, ...Lent, reason }))
  .mutation(({ ctx, input }) => changeAs('admin', ctx, 'setSizeOverride', input));

export const clearSizeOverridePlan = adminProcedure
  .input(z.strictObject({ ...Target, apply: ClearSizeOverrideBodySchema.shape.apply }))
  .query(({ ctx, input }) => planForAdmin(ctx, 'clearSizeOverride', input));

export const clearSizeOverride = adminProcedure
  .input(z.strictObject({ ...PlannedChange, apply: ClearSizeOverrideBodySchema.shape.apply }))
  .mutation(({ ctx, input }) => changeAs('admin', ctx, 'clearSizeOverride', input));

export const extendVolumePlan = adminProcedure
  .input(z.strictObject({ ...Target, targetSizeGb }))
  .query(({ ctx, input }) => planForAdmin(ctx, 'extendVolume', input));

export const extendVolume = adminProcedure
  .input(z.strictObject({ ...PlannedChange, targetSizeGb }))
  .mutation(({ ctx, input }) => changeAs('admin', ctx, 'extendVolume', input));
