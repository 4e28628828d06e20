/** What is told of a variable beside its schema: the documents are made of it, and the rules for secrets. */
import { z } from 'zod';

/** How the random bytes of a secret are written: `text` stands for itself. */
export type SecretEncoding = 'text' | 'base64';

/** Made by whoever runs the installation. */
export interface MadeSecret {
  readonly kind: 'made';
  /** A command that prints a good one. */
  readonly make: string;
  readonly encoding: SecretEncoding;
  /** The secrets within the variable's text; the whole text where it isn't given. Text that is not understood has none. */
  readonly within?: (text: string) => readonly string[];
}

/** Given out by somebody else: how it is made is theirs to say. */
export interface IssuedSecret {
  readonly kind: 'issued';
  readonly by: string;
}

export interface SettingFacts {
  /** The title of the table in which it stands. */
  readonly group: string;
  /** What it means, in Markdown; a part of a sentence, without its unit and default. */
  readonly means: string;
  readonly unit?: string;
  /** Words for what holds where it is absent; made from the schema's own default where it isn't given. */
  readonly otherwise?: string;
  readonly secret?: MadeSecret | IssuedSecret;
}

const FACTS = z.registry<SettingFacts>();

/** The schema of one variable, with what is told of it. */
export function setting<Schema extends z.ZodType>(schema: Schema, facts: SettingFacts): Schema {
  FACTS.add(schema, facts);
  return schema;
}

/** Throws where nothing is told of it: every variable stands in the document. */
export function factsOf(name: string, schema: z.core.$ZodType): SettingFacts {
  const facts = FACTS.get(schema);
  if (facts === undefined) throw new Error(`${name} has no description: wrap its schema in setting(…).`);
  return facts;
}

/** A set of variables that one program reads. */
export type SettingShape = Readonly<Record<string, z.core.$ZodType>>;
