import { ROUTES, type RouteName } from '@kiloclaw/platform-contract';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { createOpenApiDocument } from './document.ts';
import { BODY_EXAMPLES } from './examples.ts';

const document = createOpenApiDocument();
const names = Object.keys(ROUTES) as RouteName[];

it('is valid by the schema that the OpenAPI Initiative publishes', async () => {
  const validator = new Validator();
  expect(await validator.validate({ ...structuredClone(document) })).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

it('gives a linter nothing to say', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    // Paths without a key or a parameter have no way to be asked wrongly.
    rules: { 'operation-4xx-response': 'off' },
  });
  const source = JSON.stringify(document, null, 1);
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
    [],
  );
});

it('is the same, byte for byte, when it is made again', () => {
  expect(JSON.stringify(createOpenApiDocument())).toBe(JSON.stringify(document));
});

interface Described {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

const { schemas = {} } = document.components ?? {};

function wordsOf({ description, $ref }: Described): string | undefined {
  const name = $ref?.split('/').at(-1) ?? '';
  return description ?? (schemas[name] as Described | undefined)?.description;
}

it('describes every field that a caller may send', () => {
  const bodies = Object.entries(schemas).filter(([name]) => name.endsWith('Body'));
  expect(bodies.length).toBeGreaterThan(8);
  const silent = bodies.flatMap(([name, schema]) =>
    Object.entries((schema as Described).properties ?? {})
      .filter(([, field]) => !wordsOf(field))
      .map(([field]) => `${name}.${field}`),
  );
  const queries = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (item.get?.parameters ?? [])
      .filter((parameter): parameter is Exclude<typeof parameter, { $ref: string }> => !('$ref' in parameter))
      .filter(({ description }) => !description)
      .map((parameter) => `${path}?${parameter.name}`),
  );
  expect([...silent, ...queries]).toEqual([]);
});

it.each(names.filter((name) => ROUTES[name].method === 'POST'))(
  'has an example of %s that is taken',
  (name) => {
    expect(ROUTES[name].input.safeParse(BODY_EXAMPLES[name])).toMatchObject({ success: true });
  },
);
