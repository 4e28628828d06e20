import { adminProcedure } from '../../trpc/init.ts';

/** The catalog, and what may be lent. */
export const tiers = adminProcedure.query(
  async ({ ctx }) => (await ctx.controlPlane.call('tiers', {}, { requestId: ctx.requestId })).body,
);
