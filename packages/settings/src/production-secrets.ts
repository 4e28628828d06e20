/** Which secrets a production refuses: weak ones, those of examples or of a development, and one for two purposes. */
import { factsOf, type MadeSecret, type SettingFacts, type SettingShape } from './facts.ts';
import { weaknessOf } from './weak-secrets.ts';

/** What `npm start` makes for a development begins with it; of an encryption key, it is the id. */
export const DEVELOPMENT_MARK = 'development';

/** Long enough that no random token holds them; an issued secret may be a thousand characters of base64. */
const EXAMPLE_WORDS =
  /example|changeme|change-me|replace-me|placeholder|:password@|your-token|your-secret|simulator/i;

interface SecretPart {
  readonly name: string;
  readonly facts: SettingFacts;
  readonly text: string;
}

/** What is wrong with a secret, without it. */
export interface SecretFault {
  readonly name: string;
  /** With the way out. */
  readonly sentence: string;
}

/**
 * Looks at the secrets of a shape as they are written in `source`. `madeForDevelopment`: those that a development on this
 * machine has, whatever they look like.
 */
export function productionFaults(
  shape: SettingShape,
  source: Readonly<Record<string, unknown>>,
  madeForDevelopment: readonly string[] = [],
): SecretFault[] {
  const parts = Object.entries(shape).flatMap(([name, schema]) => {
    const value = source[name];
    return typeof value === 'string' && value !== '' ? partsOf(name, factsOf(name, schema), value) : [];
  });
  return parts.flatMap((part, index) => {
    const twin = parts.slice(0, index).find(({ text }) => text === part.text);
    const because =
      developmentFault(part, madeForDevelopment) ??
      exampleFault(part) ??
      weakFault(part) ??
      twinFault(part, twin);
    return because === null ? [] : [{ name: part.name, sentence: `${because}: ${wayOut(part.facts)}` }];
  });
}

function partsOf(name: string, facts: SettingFacts, value: string): SecretPart[] {
  const { secret } = facts;
  if (secret === undefined) return [];
  const texts = secret.kind === 'made' ? (secret.within?.(value) ?? [value]) : [value];
  const isMarked = secret.kind === 'made' && secret.encoding === 'base64' && hasMarkedId(value);
  // The id tells, and not the key: 32 random bytes have no room for a mark.
  return texts.map((text) => ({ name, facts, text: isMarked ? `${DEVELOPMENT_MARK}-${text}` : text }));
}

function hasMarkedId(value: string): boolean {
  return value.split(',').some((entry) => entry.trim().startsWith(`${DEVELOPMENT_MARK}:`));
}

function developmentFault({ text }: SecretPart, madeForDevelopment: readonly string[]): string | null {
  const isTheirs = text.startsWith(`${DEVELOPMENT_MARK}-`) || madeForDevelopment.includes(text);
  return isTheirs ? 'was made for development and is refused in production' : null;
}

function exampleFault({ text }: SecretPart): string | null {
  return EXAMPLE_WORDS.test(text) ? 'is an example and is refused in production' : null;
}

function weakFault({ facts: { secret }, text }: SecretPart): string | null {
  // How strong an issued one is, its maker decides.
  const weakness = secret?.kind === 'made' ? weaknessOf(text, secret.encoding) : null;
  return weakness === null ? null : `is too weak for production, ${weakness}`;
}

function twinFault({ name }: SecretPart, twin: SecretPart | undefined): string | null {
  if (twin === undefined) return null;
  const where = twin.name === name ? 'holds a secret twice' : `is the same secret as ${twin.name}`;
  return `${where}, and each purpose needs its own`;
}

function wayOut({ secret }: SettingFacts): string {
  return secret?.kind === 'issued' ? `use the one that ${secret.by} gives out` : wayToMake(secret);
}

function wayToMake(secret: MadeSecret | undefined): string {
  return `make one with "${secret?.make}"`;
}
