/** The web's configuration: one schema, parsed once. An empty value counts as absent. */
import {
  EnvironmentSetting,
  InternalApiKeySetting,
  MAKE_TEXT,
  readSettings as read,
  SECRET_MIN_LENGTH,
  setting,
} from '@kiloclaw/settings';
import { z } from 'zod';

const OriginSchema = z
  .url({ protocol: /^https?$/ })
  .refine((text) => new URL(text).origin === text, 'must be an origin such as https://console.example.com');

export const SettingsSchema = z
  .object({
    KILOCLAW_ENV: EnvironmentSetting,
    KILOCLAW_INTERNAL_API_KEY: InternalApiKeySetting,
    KILOCLAW_AUTH_SECRET: setting(z.string().min(SECRET_MIN_LENGTH), {
      group: 'Keys',
      means: `signs the console's cookies, ${SECRET_MIN_LENGTH} characters or more. Another one ends every session: all sign in again`,
      secret: { kind: 'made', make: MAKE_TEXT, encoding: 'text' },
    }),
    KILOCLAW_WEB_ORIGIN: setting(OriginSchema.optional(), {
      group: 'The console',
      means:
        'where browsers reach the console, such as `https://console.example.com`, without a slash at the end: links and cookies are made by it, and changes are taken from it alone',
      otherwise: '*needed* in production; in development the origin of each request',
    }),
    KILOCLAW_CLIENT_IP_HEADER: setting(
      z
        .string()
        .regex(/^[a-z][a-z0-9-]{1,63}$/, 'must be the name of a header, in small letters')
        .optional(),
      {
        group: 'The console',
        means:
          "the header in which the proxy in front says where a browser is, such as `x-real-ip`; it must drop what browsers send under that name. Without one nobody's address is believed, kept or counted by",
        otherwise: 'none; on Cloudflare `cf-connecting-ip`, by `wrangler.jsonc`',
      },
    ),
    KILOCLAW_GOOGLE_CLIENT_ID: setting(z.string().optional(), {
      group: 'Signing in by others',
      means: 'of the OAuth client at Google, together with its secret',
    }),
    KILOCLAW_GOOGLE_CLIENT_SECRET: setting(z.string().optional(), {
      group: 'Signing in by others',
      means: 'goes with `KILOCLAW_GOOGLE_CLIENT_ID`: both, or neither',
      secret: { kind: 'issued', by: 'Google' },
    }),
    KILOCLAW_OIDC_ISSUER: setting(z.url({ protocol: /^https?$/ }).optional(), {
      group: 'Signing in by others',
      means:
        'an OpenID Connect provider: the address before `/.well-known/openid-configuration`. Goes with its client id and secret: all, or none',
    }),
    KILOCLAW_OIDC_CLIENT_ID: setting(z.string().optional(), {
      group: 'Signing in by others',
      means: 'of the client at that provider',
    }),
    KILOCLAW_OIDC_CLIENT_SECRET: setting(z.string().optional(), {
      group: 'Signing in by others',
      means: 'of the client at that provider',
      secret: { kind: 'issued', by: 'the OpenID Connect provider' },
    }),
    KILOCLAW_OIDC_NAME: setting(z.string().max(60).default('single sign-on'), {
      group: 'Signing in by others',
      means: 'what its button says: "Sign in with …"',
    }),
  })
  .superRefine((settings, context) => {
    const missing = (name: string, because: string) =>
      context.addIssue({ code: 'custom', path: [name], message: because });
    if (settings.KILOCLAW_ENV === 'production' && settings.KILOCLAW_WEB_ORIGIN === undefined)
      missing('KILOCLAW_WEB_ORIGIN', 'is needed in production');
    if (
      (settings.KILOCLAW_GOOGLE_CLIENT_ID === undefined) !==
      (settings.KILOCLAW_GOOGLE_CLIENT_SECRET === undefined)
    )
      missing('KILOCLAW_GOOGLE_CLIENT_SECRET', 'goes with KILOCLAW_GOOGLE_CLIENT_ID: set both, or neither');
    const oidc = [
      settings.KILOCLAW_OIDC_ISSUER,
      settings.KILOCLAW_OIDC_CLIENT_ID,
      settings.KILOCLAW_OIDC_CLIENT_SECRET,
    ];
    if (oidc.some((value) => value === undefined) && oidc.some((value) => value !== undefined))
      missing(
        'KILOCLAW_OIDC_ISSUER',
        'goes with KILOCLAW_OIDC_CLIENT_ID and KILOCLAW_OIDC_CLIENT_SECRET: set all, or none',
      );
  });
export type Settings = z.output<typeof SettingsSchema>;

export const SETTING_NAMES = Object.keys(SettingsSchema.shape);

/** Throws `SettingsError`: a sentence for each variable that is wrong, without its value. */
export function readSettings(
  source: Readonly<Record<string, unknown>>,
  madeForDevelopment: readonly string[] = [],
): Settings {
  return read(SettingsSchema, source, madeForDevelopment);
}
