import { publicProcedure } from '../../trpc/init.ts';

/** Who is signed in, or null. */
export const session = publicProcedure.query(async ({ ctx }) => ({ viewer: await ctx.viewer() }));
