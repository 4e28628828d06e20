/** A schema in words: its type with the bounds, and its fields with those of the objects inside it. */
import { nameOf, type SchemaShape } from './document-shape.ts';

/** Text, text that stands as it is written, or a schema of the document. */
export type Words = readonly (string | { readonly code: string } | { readonly schema: string })[];

export interface FieldWords {
  /** With the names of the objects around it: `operation.id`, `tiers[].key`. */
  readonly name: string;
  readonly isRequired: boolean;
  readonly type: Words;
  readonly description: string;
}

const PATTERN_SHOWN_MAX_LENGTH = 60;

function joined(parts: readonly Words[], separator: string): Words {
  return parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
}

function range(least: number | undefined, most: number | undefined, unit = ''): string[] {
  if (least !== undefined && most !== undefined) return [`${least}–${most}${unit}`];
  if (least !== undefined) return [`at least ${least}${unit}`];
  return most === undefined ? [] : [`at most ${most}${unit}`];
}

function boundsOf(schema: SchemaShape): Words {
  const { format, pattern = '', exclusiveMinimum } = schema;
  const least = exclusiveMinimum === undefined ? schema.minimum : exclusiveMinimum + 1;
  const texts: Words[] = [
    ...(format === undefined ? [] : [[format]]),
    ...range(schema.minLength, schema.maxLength, ' characters').map((text) => [text]),
    ...range(least, schema.maximum).map((text) => [text]),
    ...(pattern === '' || pattern.length > PATTERN_SHOWN_MAX_LENGTH ? [] : [[{ code: pattern }]]),
    ...(schema.default === undefined ? [] : [['default ', { code: String(schema.default) }]]),
  ];
  return texts.length === 0 ? [] : [', ', ...joined(texts, ', ')];
}

function listWords({ items = {}, minItems, maxItems }: SchemaShape): Words {
  const [bounds] = range(minItems, maxItems);
  return ['list of ', ...typeWords(items), ...(bounds === undefined ? [] : [`, ${bounds}`])];
}

function objectWords({ additionalProperties }: SchemaShape): Words {
  const isMap = typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0;
  return isMap ? ['map to ', ...typeWords(additionalProperties)] : ['object'];
}

/** "integer, 1–200, default 50", "one of `a`, `b`", or the name of a schema. */
export function typeWords(schema: SchemaShape): Words {
  if (schema.$ref !== undefined) return [{ schema: nameOf(schema.$ref) }];
  const choices = schema.anyOf ?? schema.allOf;
  if (choices !== undefined) return joined(choices.map(typeWords), ' or ');
  if (schema.const !== undefined) return [{ code: schema.const }];
  if (schema.enum !== undefined) {
    const words = schema.enum.map((word): Words => [{ code: word }]);
    const fallback = schema.default === undefined ? [] : ['; default ', { code: String(schema.default) }];
    return ['one of ', ...joined(words, ', '), ...fallback];
  }
  const types = [schema.type ?? 'anything'].flat();
  if (types.length > 1)
    return joined(
      types.map((type) => typeWords({ ...schema, type })),
      ' or ',
    );
  if (types[0] === 'array') return listWords(schema);
  if (types[0] === 'object') return objectWords(schema);
  return types[0] === 'null' ? ['null'] : [types[0] ?? 'anything', ...boundsOf(schema)];
}

/** The object that a field holds in place, by itself, in a list, or where it is not null. */
function innerObject(schema: SchemaShape, name: string): { name: string; schema: SchemaShape } | null {
  if (schema.properties !== undefined) return { name, schema };
  if (schema.items !== undefined) return innerObject(schema.items, `${name}[]`);
  const { additionalProperties } = schema;
  if (typeof additionalProperties === 'object') return innerObject(additionalProperties, `${name}.*`);
  const inPlace = schema.anyOf?.find((choice) => choice.properties !== undefined);
  return inPlace === undefined ? null : { name, schema: inPlace };
}

/** The fields of an object, each followed by those inside it. */
export function fieldWords(schema: SchemaShape, within = ''): FieldWords[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = within === '' ? key : `${within}.${key}`;
    const inner = innerObject(field, name);
    const isRequired = schema.required?.includes(key) === true;
    const own = { name, isRequired, type: typeWords(field), description: field.description ?? '' };
    return [own, ...(inner === null ? [] : fieldWords(inner.schema, inner.name))];
  });
}
