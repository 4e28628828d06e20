/** What an admin decides about a drift. */
import { RepairBodySchema, ReplaceVolumeBodySchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { adminActor, changeOptions, operationIn } from '../../../trpc/change.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { Change } from '../../../trpc/input.ts';

const { finding, choice } = RepairBodySchema.shape;

export const repair = adminProcedure
  .input(z.strictObject({ ...Change, finding, choice }))
  .mutation(async ({ ctx, input: { idempotencyKey, ...asked } }) => {
    const body = { ...asked, actor: adminActor(ctx) };
    return operationIn(
      (await ctx.controlPlane.call('repair', body, changeOptions(ctx.requestId, idempotencyKey))).body,
    );
  });

export const replaceVolume = adminProcedure
  .input(z.strictObject({ ...Change, confirm: ReplaceVolumeBodySchema.shape.confirm }))
  .mutation(async ({ ctx, input: { idempotencyKey, ...asked } }) => {
    const body = { ...asked, actor: adminActor(ctx) };
    return operationIn(
      (await ctx.controlPlane.call('replaceVolume', body, changeOptions(ctx.requestId, idempotencyKey))).body,
    );
  });
