import { adminProcedure } from '../../trpc/init.ts';

/** Where a new instance can be made, and what can be done with it there. */
export const providers = adminProcedure.query(
  async ({ ctx }) => (await ctx.controlPlane.call('providers', {}, { requestId: ctx.requestId })).body,
);
