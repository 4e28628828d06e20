/** The web's configuration: one schema, parsed once. An empty value counts as absent. */
import { z } from 'zod';

const SECRET_MIN_LENGTH = 24;

const OriginSchema = z
  .url({ protocol: /^https?$/ })
  .refine((text) => new URL(text).origin === text, 'must be an origin such as https://console.example.com');

export const SettingsSchema = z
  .object({
    KILOCLAW_ENV: z.enum(['development', 'production']).default('production'),
    KILOCLAW_INTERNAL_API_KEY: z.string().min(SECRET_MIN_LENGTH),
    /** Signs the session cookies. */
    KILOCLAW_AUTH_SECRET: z.string().min(SECRET_MIN_LENGTH),
    /** Where browsers reach the web. Only in development may it be left out: then each request's own origin counts. */
    KILOCLAW_WEB_ORIGIN: OriginSchema.optional(),
    /**
     * The header in which whatever stands before the web says where a request comes from, and which it takes from
     * browsers. Without one nobody is asked: anyone could write it.
     */
    KILOCLAW_CLIENT_IP_HEADER: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,63}$/, 'must be the name of a header, in small letters')
      .optional(),
    KILOCLAW_GOOGLE_CLIENT_ID: z.string().optional(),
    KILOCLAW_GOOGLE_CLIENT_SECRET: z.string().optional(),
    /** Of an OpenID Connect provider, without `/.well-known/openid-configuration`. */
    KILOCLAW_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
    KILOCLAW_OIDC_CLIENT_ID: z.string().optional(),
    KILOCLAW_OIDC_CLIENT_SECRET: z.string().optional(),
    /** What the button says: "Sign in with …". */
    KILOCLAW_OIDC_NAME: z.string().max(60).default('single sign-on'),
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

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Parses bindings or environment variables. Throws one sentence for each variable that is wrong; never its value. */
export function readSettings(source: Readonly<Record<string, unknown>>): Settings {
  const given = SETTING_NAMES.map((name) => [name, source[name]] as const).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const parsed = SettingsSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SettingsError(`The configuration can't be used: ${sentences.join('; ')}.`);
}
