// The facts file writes bodies in a shorthand: {"name": "string*", "spec": {"storageSize": "integer MB *"}}.

/** A JSON Schema, or a part of one. */
export type Schema = Record<string, unknown>;

const NUMBERS = /^(integer|MB|unix s)/;
const CHOICE = /^[A-Za-z_]+(\|[A-Za-z_]+)+$/;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wordSchema(shorthand: string): Schema {
  const word = shorthand.replace('*', '').trim();
  if (NUMBERS.test(word)) return { type: 'integer' };
  if (word.startsWith('float')) return { type: 'number' };
  if (word === 'boolean') return { type: 'boolean' };
  if (word === 'hex') return { type: 'string', pattern: '^#[0-9a-fA-F]{6}$' };
  if (word === 'absolute path, no :') return { type: 'string', pattern: '^/[^:]*$' };
  if (word === 'relative path, no ..') {
    return { type: 'string', pattern: '^(?!/)', not: { pattern: '(^|/)\\.\\.(/|$)' } };
  }
  if (CHOICE.test(word)) return { enum: word.split('|') };
  if (word === '' || word.startsWith('string')) return { type: 'string' };
  throw new Error(`the facts file has a shorthand that is not understood: "${shorthand}"`);
}

/** What to make of fields without a star, and with none inside: of an answer they are needed as well. */
export type Unstarred = 'optional' | 'required';

/**
 * The schema of a shape in the file's shorthand: nothing may be in it that the shape lacks. Where the file leaves an
 * object or a list empty although something is in it, a supplement has to say what.
 */
export function schemaOf(shape: unknown, unstarred: Unstarred): Schema {
  if (typeof shape === 'string') return wordSchema(shape);
  if (Array.isArray(shape)) {
    return shape.length === 0
      ? { type: 'array', maxItems: 0 }
      : { type: 'array', items: schemaOf(shape[0], unstarred) };
  }
  if (!isObject(shape)) throw new Error(`the facts file has a shape that is not understood: ${typeof shape}`);
  const entries = Object.entries(shape);
  const isRequired = ([, value]: [string, unknown]) =>
    unstarred === 'required' || JSON.stringify(value).includes('*');
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, value]) => [key, schemaOf(value, unstarred)])),
    required: entries.filter(isRequired).map(([key]) => key),
    additionalProperties: false,
  };
}

/** `a{b,c}` and `d[]` as the paths that they stand for: a.b, a.c, d. */
export function expandFields(fields: readonly string[]): string[] {
  return fields.flatMap((entry) => {
    const [, head = '', inner] = /^([^{[]+)(?:\{(.*)\})?(?:\[\])?$/.exec(entry) ?? [];
    return inner === undefined ? [head] : inner.split(',').map((part) => `${head}.${part}`);
  });
}
