/** Reads a set of variables: an empty value counts as absent, and what is wrong is told by name. */
import type { z } from 'zod';
import type { SettingShape } from './facts.ts';

/** Its message is for people, and holds no value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type SettingsSchema = z.ZodType & { readonly shape: SettingShape };

/** Parses bindings or environment variables. Throws one sentence for each variable that is wrong; never its value. */
export function readSettings<Schema extends SettingsSchema>(
  schema: Schema,
  source: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const given = Object.keys(schema.shape)
    .map((name) => [name, source[name]] as const)
    .filter(([, value]) => value !== undefined && value !== '');
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SettingsError(`The configuration can't be used: ${sentences.join('; ')}.`);
}
