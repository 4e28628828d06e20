import { configuredProviders } from '../../auth/providers.ts';
import { publicProcedure } from '../../trpc/init.ts';

/** Who is signed in, or null, and the ways to sign in here. */
export const session = publicProcedure.query(async ({ ctx }) => ({
  viewer: await ctx.viewer(),
  signInMethods: ['password' as const, ...configuredProviders(ctx.settings)],
  /** What the button for the OpenID provider says: "Sign in with …". */
  oidcName: ctx.settings.KILOCLAW_OIDC_NAME,
}));
