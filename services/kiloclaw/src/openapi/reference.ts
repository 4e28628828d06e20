/** What a reference tells of the API, page and Markdown alike: taken from the OpenAPI document alone. */
import {
  ERROR_MEANINGS,
  ERROR_STATUS,
  ErrorCodeSchema,
  REQUEST_ID_HEADER,
} from '@kiloclaw/platform-contract';
import {
  type DocumentShape,
  nameOf,
  type OperationShape,
  type ParameterShape,
  readDocument,
} from './document-shape.ts';
import { SERVICE_GROUP } from './public-paths.ts';
import { type FieldWords, fieldWords, typeWords, type Words } from './schema-words.ts';

export interface ParameterReference extends FieldWords {
  readonly place: 'path' | 'query' | 'body';
}

export interface AnswerReference {
  readonly status: string;
  readonly description: string;
  readonly type: Words;
}

export interface RouteReference {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly ParameterReference[];
  /** The names of the headers that it heeds, beside those of every route. */
  readonly headers: readonly string[];
  /** A body as JSON, or null. */
  readonly example: string | null;
  readonly answers: readonly AnswerReference[];
  /** By status, the codes that it can have beside those of every route. */
  readonly refusals: Refusals;
}

export interface GroupReference {
  readonly name: string;
  readonly description: string;
  readonly routes: readonly RouteReference[];
}

export interface SchemaReference {
  readonly name: string;
  readonly description: string;
  readonly type: Words;
  readonly fields: readonly FieldWords[];
}

export interface ErrorReference {
  readonly status: number;
  readonly code: string;
  readonly meaning: string;
}

export interface Reference {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly headers: readonly FieldWords[];
  /** What every route that takes a key can refuse with. */
  readonly commonCodes: readonly string[];
  readonly groups: readonly GroupReference[];
  readonly schemas: readonly SchemaReference[];
  readonly errors: readonly ErrorReference[];
}

const EXAMPLE_LINE_MAX_LENGTH = 90;
/** What every request may carry is told once. */
const COMMON_HEADERS: readonly string[] = [REQUEST_ID_HEADER];

function parameterWords({
  name,
  required = false,
  description = '',
  schema = {},
}: ParameterShape): FieldWords {
  return { name, isRequired: required, type: typeWords(schema), description };
}

function parametersOf({ parameters = [] }: OperationShape, { components }: DocumentShape) {
  const whole = parameters.map(
    (named) => (named.$ref === undefined ? undefined : components.parameters[nameOf(named.$ref)]) ?? named,
  );
  return {
    headers: whole
      .filter((parameter) => parameter.in === 'header')
      .map(({ name }) => name)
      .filter((name) => !COMMON_HEADERS.includes(name)),
    parameters: whole.flatMap((parameter): ParameterReference[] =>
      parameter.in === 'header' ? [] : [{ ...parameterWords(parameter), place: parameter.in }],
    ),
  };
}

type Refusals = readonly { readonly status: string; readonly codes: readonly string[] }[];

const codesOf = (refusals: Refusals) => refusals.flatMap(({ codes }) => codes);

function withoutCodes(refusals: Refusals, left: readonly string[]): Refusals {
  return refusals
    .map(({ status, codes }) => ({ status, codes: codes.filter((code) => !left.includes(code)) }))
    .filter(({ codes }) => codes.length > 0);
}

function exampleText(example: unknown): string {
  const line = JSON.stringify(example);
  return line.length <= EXAMPLE_LINE_MAX_LENGTH ? line : JSON.stringify(example, null, 2);
}

/** A body's fields stand with its route, and not again among the schemas. */
function bodyOf({ requestBody }: OperationShape, { components }: DocumentShape) {
  const { schema, example } = requestBody?.content['application/json'] ?? {};
  const named = schema?.$ref === undefined ? schema : components.schemas[nameOf(schema.$ref)];
  const fields = fieldWords(named ?? {}).map((field) => ({ ...field, place: 'body' as const }));
  return { fields, example: example === undefined ? null : exampleText(example) };
}

function routeReference(
  path: string,
  method: string,
  operation: OperationShape,
  document: DocumentShape,
): RouteReference {
  const { operationId: id, summary, description = '', responses } = operation;
  const body = bodyOf(operation, document);
  const { headers, parameters } = parametersOf(operation, document);
  const told = Object.entries(responses).map(([status, response]) => {
    const schema = Object.values(response.content ?? {})[0]?.schema ?? {};
    const codes = schema.allOf?.[1]?.properties?.error?.properties?.code?.enum;
    return { status, description: response.description, schema, codes };
  });
  return {
    id,
    method: method.toUpperCase(),
    path,
    summary,
    description,
    parameters: [...parameters, ...body.fields],
    headers,
    example: body.example,
    answers: told
      .filter(({ codes }) => codes === undefined)
      .map(({ status, description: words, schema }) => ({
        status,
        description: words,
        type: typeWords(schema),
      })),
    refusals: told.flatMap(({ status, codes }) => (codes === undefined ? [] : [{ status, codes }])),
  };
}

export function readReference(document: DocumentShape = readDocument()): Reference {
  const { info, tags, paths, components } = document;
  const groups = tags.map(({ name, description }) => {
    const routes = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, operation]) => operation.tags.includes(name))
        .map(([method, operation]) => routeReference(path, method, operation, document)),
    );
    return { name, description, routes };
  });
  const keyed = groups.filter(({ name }) => name !== SERVICE_GROUP).flatMap(({ routes }) => routes);
  const commonCodes = ErrorCodeSchema.options.filter((code) =>
    keyed.every(({ refusals }) => codesOf(refusals).includes(code)),
  );
  const shorter = (route: RouteReference) => ({
    ...route,
    refusals: withoutCodes(route.refusals, commonCodes),
  });
  return {
    ...info,
    headers: Object.values(components.parameters).map(parameterWords),
    commonCodes,
    groups: groups.map((group) => ({ ...group, routes: group.routes.map(shorter) })),
    schemas: Object.entries(components.schemas)
      .filter(([name]) => !name.endsWith('Body'))
      .map(([name, schema]) => ({
        name,
        description: schema.description ?? '',
        type: typeWords(schema),
        fields: fieldWords(schema),
      })),
    errors: ErrorCodeSchema.options.map((code) => ({
      code,
      status: ERROR_STATUS[code],
      meaning: ERROR_MEANINGS[code],
    })),
  };
}
