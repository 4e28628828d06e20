import { ProvisionBodySchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';
import { adminActor, changeOptions } from '../../../trpc/change.ts';
import { adminProcedure } from '../../../trpc/init.ts';
import { Change } from '../../../trpc/input.ts';

const { userEmail, provider, instanceType, region, name, image, start } = ProvisionBodySchema.shape;

/** A new instance; its id comes from the page, so that asking twice makes one. Answers at once, while it is made. */
export const provision = adminProcedure
  .input(z.strictObject({ ...Change, userEmail, provider, instanceType, region, name, image, start }))
  .mutation(async ({ ctx, input: { idempotencyKey, ...asked } }) => {
    const body = { ...asked, actor: adminActor(ctx) };
    await ctx.controlPlane.call('provision', body, changeOptions(ctx.requestId, idempotencyKey));
    return { userId: asked.userId, instanceId: asked.instanceId };
  });
