/** Reads a set of variables: an empty value counts as absent, and what is wrong is told by name. */
import type { z } from 'zod';
import type { SettingShape } from './facts.ts';
import { productionFaults } from './production-secrets.ts';

/** Its message is for people, and holds no value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

type SettingsSchema = z.ZodType & { readonly shape: SettingShape };

/**
 * Parses bindings or environment variables. Throws one sentence for each variable that is wrong; never its value. In
 * production secrets are looked at, too; `madeForDevelopment` are those of a development on this machine.
 */
export function readSettings<Schema extends SettingsSchema>(
  schema: Schema,
  source: Readonly<Record<string, unknown>>,
  madeForDevelopment: readonly string[] = [],
): z.output<Schema> {
  const given = Object.keys(schema.shape)
    .map((name) => [name, source[name]] as const)
    .filter(([, value]) => value !== undefined && value !== '');
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    throw unusable(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  if (isProduction(parsed.data)) {
    const faults = productionFaults(schema.shape, source, madeForDevelopment);
    if (faults.length > 0) throw unusable(faults.map(({ name, sentence }) => `${name}: ${sentence}`));
  }
  return parsed.data;
}

function isProduction(settings: unknown): boolean {
  return (
    typeof settings === 'object' &&
    settings !== null &&
    'KILOCLAW_ENV' in settings &&
    settings.KILOCLAW_ENV === 'production'
  );
}

function unusable(sentences: readonly string[]): SettingsError {
  return new SettingsError(`The configuration can't be used: ${sentences.join('; ')}.`);
}
