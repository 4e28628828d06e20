/** Sign-in, by Better Auth: e-mail and password, sessions in Postgres. Made per request, since it holds the connection. */
import { authSchema, endSessionOfNobody, maySignIn, type RegistryDb } from '@kiloclaw/db';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import type { Settings } from '../settings.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** From the sign-in on, however much it is used: a stolen one ends of itself. */
const SESSION_S = 7 * 24 * 60 * 60;
/**
 * On Cloudflare set by the platform alone: what a browser sends under this name does not arrive. The runtime of one machine,
 * which listens on loopback, passes on what it is sent: the count by account, not this one, is what guessing meets there.
 */
export const IP_HEADER = 'cf-connecting-ip';
export const AUTH_PATH = '/api/auth';
export const PASSWORD_MIN_LENGTH = 12;
export const PASSWORD_MAX_LENGTH = 128;

export function createAuth(db: RegistryDb, settings: Settings, origin: string) {
  return betterAuth(authOptions(db, settings, origin));
}
export type Auth = ReturnType<typeof createAuth>;

export function authOptions(db: RegistryDb, settings: Settings, origin: string) {
  return {
    appName: 'KiloClaw',
    baseURL: origin,
    basePath: AUTH_PATH,
    secret: settings.KILOCLAW_AUTH_SECRET,
    trustedOrigins: [origin],
    database: drizzleAdapter(db, { provider: 'pg', schema: authSchema }),
    // Sign-up is closed: people come by an invitation.
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      additionalFields: {
        role: { type: 'string', input: false, defaultValue: 'customer' },
        deletedAt: { type: 'date', input: false, required: false },
        banned: { type: 'boolean', input: false, defaultValue: false },
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: (session) => maySignIn(db, session.userId),
          after: (session) => endSessionOfNobody(db, session.id),
        },
      },
    },
    // Ours counts by account too: see guessing.ts.
    rateLimit: { enabled: false },
    session: { expiresIn: SESSION_S, disableSessionRefresh: true },
    advanced: {
      cookiePrefix: 'kiloclaw',
      useSecureCookies: origin.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [IP_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
  } satisfies BetterAuthOptions;
}
