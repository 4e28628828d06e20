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
import { adminActor, changeOptions, operationIn, planIn } from '../../../trpc/change.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { PlannedChange, Target } from '../../../trpc/input.ts';

const { targetTier, apply } = ResizeBodySchema.shape;
const { targetSizeGb } = ExtendVolumeBodySchema.shape;
const { preset, reason, expiresAt } = SetSizeOverrideBodySchema.shape;
const Lent = { preset, expiresAt, apply };

export const resizePlan = adminProcedure
  .input(z.strictObject({ ...Target, targetTier, apply }))
  .query(async ({ ctx, input }) => {
    const body = { ...input, actor: adminActor(ctx), dryRun: true };
    return planIn((await ctx.controlPlane.call('resize', body, { requestId: ctx.requestId })).body);
  });

export const resize = adminProcedure
  .input(z.strictObject({ ...PlannedChange, targetTier, apply }))
  .mutation(async ({ ctx, input: { idempotencyKey, ...asked } }) => {
    const body = { ...asked, actor: adminActor(ctx) };
    return operationIn(
      (await ctx.controlPlane.call('resize', body, changeOptions(ctx.requestId, idempotencyKey))).body,
    );
  });

/** The reason changes nothing of the plan: it may still be empty while the plan is asked for. */
const REASON_TO_COME = 'to be given';

export const setSizeOverridePlan = adminProcedure
  .input(z.strictObject({ ...Target, ...Lent }))
  .query(async ({ ctx, input }) => {
    const body = { ...input, reason: REASON_TO_COME, actor: adminActor(ctx), dryRun: true };
    return planIn((await ctx.controlPlane.call('setSizeOverride', body, { requestId: ctx.requestId })).body);
  });

export const setSizeOverride = adminProcedure
  .input(z.strictObject({ ...PlannedChange, ...Lent, reason }))
  .mutation(async ({ ctx, input: { idempotencyKey, ...asked } }) => {
    const body = { ...asked, actor: adminActor(ctx) };
    return operationIn(
      (await ctx.controlPlane.call('setSizeOverride', body, changeOptions(ctx.requestId, idempotencyKey)))
        .body,
    );
  });

export const clearSizeOverridePlan = adminProcedure
  .input(z.strictObject({ ...Target, apply: ClearSizeOverrideBodySchema.shape.apply }))
  .query(async ({ ctx, input }) => {
    const body = { ...input, actor: adminActor(ctx), dryRun: true };
    return planIn(
      (await ctx.controlPlane.call('clearSizeOverride', body, { requestId: ctx.requestId })).body,
    );
  });

export const clearSizeOverride = adminProcedure
  .input(z.strictObject({ ...PlannedChange, apply: ClearSizeOverrideBodySchema.shape.apply }))
  .mutation(async ({ ctx, input: { idempotencyKey, ...asked } }) => {
    const body = { ...asked, actor: adminActor(ctx) };
    return operationIn(
      (await ctx.controlPlane.call('clearSizeOverride', body, changeOptions(ctx.requestId, idempotencyKey)))
        .body,
    );
  });

export const extendVolumePlan = adminProcedure
  .input(z.strictObject({ ...Target, targetSizeGb }))
  .query(async ({ ctx, input }) => {
    const body = { ...input, actor: adminActor(ctx), dryRun: true };
    return planIn((await ctx.controlPlane.call('extendVolume', body, { requestId: ctx.requestId })).body);
  });

export const extendVolume = adminProcedure
  .input(z.strictObject({ ...PlannedChange, targetSizeGb }))
  .mutation(async ({ ctx, input: { idempotencyKey, ...asked } }) => {
    const body = { ...asked, actor: adminActor(ctx) };
    return operationIn(
      (await ctx.controlPlane.call('extendVolume', body, changeOptions(ctx.requestId, idempotencyKey))).body,
    );
  });
