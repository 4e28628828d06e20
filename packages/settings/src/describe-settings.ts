/** What can be told of a set of variables: one description each, from the schema and the facts beside it. */
import { z } from 'zod';
import { factsOf, type SettingShape } from './facts.ts';

export interface SettingDescription {
  readonly name: string;
  readonly group: string;
  readonly means: string;
  readonly unit: string | null;
  /** In Markdown: what holds where it is absent. */
  readonly otherwise: string;
  readonly isNeeded: boolean;
  readonly isSecret: boolean;
  /** The programs that read it. */
  readonly readBy: readonly string[];
}

/** Shapes by the program that reads them. A variable that several read stands once. */
export function describeSettings(shapes: Readonly<Record<string, SettingShape>>): SettingDescription[] {
  const described = new Map<string, SettingDescription>();
  for (const [reader, shape] of Object.entries(shapes)) {
    for (const [name, schema] of Object.entries(shape)) {
      const known = described.get(name);
      const description = known ?? describe(name, schema);
      described.set(name, { ...description, readBy: [...description.readBy, reader] });
    }
  }
  return [...described.values()];
}

function describe(name: string, schema: z.core.$ZodType): SettingDescription {
  const { group, means, unit, otherwise, secret } = factsOf(name, schema);
  const absent = z.safeParse(schema, undefined);
  return {
    name,
    group,
    means,
    unit: unit ?? null,
    otherwise: otherwise ?? (absent.success ? defaultWords(name, absent.data) : 'none'),
    isNeeded: !absent.success,
    isSecret: secret !== undefined,
    readBy: [],
  };
}

/** Throws for a default that no reader could be shown: it needs words of its own. */
function defaultWords(name: string, value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  const plain = Array.isArray(value) ? value.join(',') : value;
  if (typeof plain === 'object') throw new Error(`${name}: say its default in words, as "otherwise".`);
  return `\`${plain}\``;
}
