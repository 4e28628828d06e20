/** Sign-in by a provider elsewhere: for people who are here already, and never a way to become one. */
import type { RegistryDb } from '@kiloclaw/db';
import { maySignIn } from '@kiloclaw/db';
import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import type { Settings } from '../settings.ts';
import { authOptions } from './auth.ts';

export const PROVIDER_IDS = ['google', 'oidc'] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

const DISCOVERY_PATH = '/.well-known/openid-configuration';
/** Where a failed sign-in ends, with `?error=`. */
export const SIGN_IN_PATH = '/sign-in';

/** The providers that are configured. */
export function configuredProviders(settings: Settings): ProviderId[] {
  const isConfigured = {
    google: settings.KILOCLAW_GOOGLE_CLIENT_ID !== undefined,
    oidc: settings.KILOCLAW_OIDC_ISSUER !== undefined,
  };
  return PROVIDER_IDS.filter((id) => isConfigured[id]);
}

/**
 * The auth library with providers. Made for their own routes alone: it asks the OpenID provider what it can do before
 * it does anything, and nobody else's request should wait for that.
 */
export function createProviderAuth(db: RegistryDb, settings: Settings, origin: string) {
  const options = authOptions(db, settings, origin);
  return betterAuth({
    ...options,
    socialProviders: googleOf(settings),
    plugins: [genericOAuth({ config: oidcOf(settings) })],
    account: {
      // An account is linked by an address that the provider vouches for, to who has proven the same one here.
      accountLinking: { enabled: true, trustedProviders: [], requireLocalEmailVerified: true },
      // Kept by the browser, encrypted: a stranger's click leaves no row behind.
      storeStateStrategy: 'cookie',
      updateAccountOnSignIn: false,
    },
    user: {
      ...options.user,
      validateUserInfo: async ({ user, source }) => {
        if (source.action === 'create-user' || user.id === undefined) return { error: 'signup_disabled' };
        return (await maySignIn(db, user.id)) ? undefined : { error: 'account_not_linked' };
      },
    },
    databaseHooks: {
      ...options.databaseHooks,
      // Nothing here acts in anybody's name elsewhere: the tokens have done their work.
      account: {
        create: { before: async () => ({ data: { accessToken: null, refreshToken: null, idToken: null } }) },
      },
    },
    onAPIError: { errorURL: `${origin}${SIGN_IN_PATH}` },
  });
}

function googleOf(settings: Settings) {
  const { KILOCLAW_GOOGLE_CLIENT_ID: clientId, KILOCLAW_GOOGLE_CLIENT_SECRET: clientSecret } = settings;
  if (clientId === undefined || clientSecret === undefined) return {};
  return { google: { clientId, clientSecret, disableSignUp: true, disableImplicitSignUp: true } };
}

function oidcOf(settings: Settings) {
  const {
    KILOCLAW_OIDC_ISSUER: issuer,
    KILOCLAW_OIDC_CLIENT_ID: clientId,
    KILOCLAW_OIDC_CLIENT_SECRET: clientSecret,
  } = settings;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return [];
  return [
    {
      providerId: 'oidc',
      discoveryUrl: `${issuer.replace(/\/$/, '')}${DISCOVERY_PATH}`,
      clientId,
      clientSecret,
      scopes: ['openid', 'email', 'profile'],
      requireIdTokenVerification: true,
      disableSignUp: true,
      disableImplicitSignUp: true,
    },
  ];
}
