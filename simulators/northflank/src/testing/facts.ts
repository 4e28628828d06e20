import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { expandFields, type Schema, schemaOf } from './shape.ts';
import { SUPPLEMENTS, type Supplement } from './supplements.ts';

const DOCUMENT_PATH = join(import.meta.dirname, '../../testdata/northflank-endpoints.json');
const TEAM = /^\/teams\/[A-Za-z0-9-]+(?=\/)/;
const PREFIX = /^\/v1(?=\/)/;
const REFUSALS = [400, 401, 403, 404, 409, 422, 429];

/** One request with its answer, as they went over the wire. */
export interface ExchangeRecord {
  method: string;
  /** With its query; `/v1` and a team before it are left aside. */
  path: string;
  requestBody: unknown;
  /** The request is wrong on purpose: it must be refused, and need not be valid. */
  isWrong: boolean;
  status: number;
  contentType: string | null;
  answerText: string;
}

type Json = Record<string, unknown>;

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function has(value: unknown, path: string): boolean {
  return path.split('.').every((key) => {
    const isThere = key in asObject(value);
    value = asObject(value)[key];
    return isThere;
  });
}

const PORT_NAME = '^[a-zA-Z](-?[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*)?$';
const EMPTY: Schema = { type: 'object', additionalProperties: false };
// The file has the pattern of these names beside the body, not in it.
const NAMES: Record<string, string> = { 'POST /projects/{projectId}/volumes': 'volume_name' };
// Fields that the file names for a service and that its sources call optional.
const OPTIONAL_FIELDS = ['description', 'deployment.strategy'];

/** The published facts as a judge of exchanges, made strict: no unknown fields, and the fields that an answer needs. */
export class FactsJudge {
  readonly #endpoints: Json[];
  readonly #definitions: Json;
  readonly #pageQuery = ['per_page', 'page', 'cursor'];
  readonly #supplements: Supplement[];
  // Compiling costs far more than checking, and an adapter's tests check thousands of exchanges.
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv({ strict: false, allErrors: true });

  constructor(supplements: Supplement[] = SUPPLEMENTS) {
    const document = asObject(JSON.parse(readFileSync(DOCUMENT_PATH, 'utf8')));
    this.#endpoints = Array.isArray(document.endpoints) ? document.endpoints.map(asObject) : [];
    this.#supplements = supplements;
    this.#definitions = definitionsOf(document);
  }

  /** The operation of a call, such as `GET /projects/{projectId}`; null if the facts have none. */
  operationOf(method: string, path: string): string | null {
    const parts = bare(path).split('/');
    const matching = this.#endpoints.filter((endpoint) => {
      const expected = String(endpoint.path).split('/');
      return (
        endpoint.method === method &&
        expected.length === parts.length &&
        expected.every((part, index) => part === parts[index] || part.startsWith('{'))
      );
    });
    // The one with the most literal parts: `services/deployment` is no id of a service.
    const literal = matching.toSorted((one, other) => parameters(one) - parameters(other))[0];
    return literal ? `${method} ${String(literal.path)}` : null;
  }

  /** Every published operation. */
  operations(): string[] {
    return this.#endpoints.map(({ method, path }) => `${method} ${path}`);
  }

  /** What is wrong with a request; empty = nothing. */
  judgeRequest(method: string, path: string, body: unknown): string[] {
    const { pathname, searchParams } = new URL(path, 'http://facts');
    const name = this.operationOf(method, pathname);
    if (name === null) return [`${method} ${pathname}: not among the published operations`];
    const problems = [...this.#judgeQuery(name, searchParams), ...this.#judgeBody(name, body)];
    return problems.map((problem) => `${name}: ${problem}`);
  }

  /** What is wrong with an exchange; empty = nothing. */
  judge(exchange: ExchangeRecord): string[] {
    const { method, path, requestBody, isWrong } = exchange;
    const name = this.operationOf(method, new URL(path, 'http://facts').pathname);
    const answer = name === null ? [] : this.#judgeAnswer(name, exchange);
    return [
      ...(isWrong ? [] : this.judgeRequest(method, path, requestBody)),
      ...answer.map((problem) => `${name} ${exchange.status}: ${problem}`),
    ];
  }

  #endpoint(name: string): Json {
    return this.#endpoints.find(({ method, path }) => `${method} ${path}` === name) ?? {};
  }

  #supplement(name: string): Supplement | undefined {
    return this.#supplements.find(({ operation }) => operation === name);
  }

  #isList(name: string): boolean {
    return name.startsWith('GET ') && /\/(projects|volumes|services|containers)$/.test(name);
  }

  #check(schema: Schema, value: unknown): string[] {
    const key = JSON.stringify(schema);
    const validate =
      this.#validators.get(key) ?? this.#ajv.compile({ ...schema, definitions: this.#definitions });
    this.#validators.set(key, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || 'body'} ${message} ${JSON.stringify(params)}`,
    );
  }

  #judgeQuery(name: string, query: URLSearchParams): string[] {
    const documented = asObject(this.#endpoint(name).query);
    const supplemented = this.#supplement(name)?.query ?? {};
    return [...query].flatMap(([key, value]) => {
      if (this.#isList(name) && this.#pageQuery.includes(key)) return [];
      const schema = key in documented ? { enum: ['true', 'false'] } : supplemented[key];
      if (!schema) return [`query parameter ${key} is not published`];
      return this.#check(schema, value).map((problem) => `query parameter ${key}: ${problem}`);
    });
  }

  #judgeBody(name: string, body: unknown): string[] {
    const { body: shape, body_required: required } = this.#endpoint(name);
    const published = shape === undefined ? undefined : schemaOf(shape, 'optional');
    const schema = this.#supplement(name)?.request ?? published;
    if (schema === undefined) return body === undefined ? [] : ['the request has a body'];
    if (body === undefined) return this.#check(schema, {}).map((problem) => `without a body: ${problem}`);
    const missing = Array.isArray(required) ? required.map(String).filter((path) => !has(body, path)) : [];
    const nameKind = NAMES[name];
    const nameSchema =
      nameKind === undefined ? {} : { properties: { name: { $ref: `#/definitions/${nameKind}` } } };
    return [
      ...missing.map((path) => `request: ${path} is required`),
      ...this.#check(nameSchema, body).map((problem) => `request: ${problem}`),
      ...this.#check(schema, body).map((problem) => `request: ${problem}`),
    ];
  }

  #judgeAnswer(name: string, exchange: ExchangeRecord): string[] {
    if (!exchange.contentType?.startsWith('application/json')) return ['the answer is not JSON'];
    const body = asObject(JSON.parse(exchange.answerText));
    if (exchange.status >= 400) return this.#judgeRefusal(exchange.status, body);
    const successes = exchange.method === 'POST' ? [200, 201] : [200];
    if (!successes.includes(exchange.status)) return ['the status is not published'];
    const { data: shape, data_fields: fields } = this.#endpoint(name);
    const published = typeof shape === 'object' ? schemaOf(shape, 'required') : EMPTY;
    const data = this.#supplement(name)?.data ?? published;
    const pagination = this.#isList(name) ? { pagination: { $ref: '#/definitions/pagination' } } : {};
    const properties = { data, ...pagination };
    const envelope = {
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    };
    const needed = expandFields(Array.isArray(fields) ? fields.map(String) : []);
    const missing = needed.filter((path) => !OPTIONAL_FIELDS.includes(path) && !has(body.data, path));
    return [
      ...missing.map((path) => `answer: data.${path} is missing`),
      ...this.#check(envelope, body).map((problem) => `answer: ${problem}`),
    ];
  }

  #judgeRefusal(status: number, body: Json): string[] {
    if (status < 500 && !REFUSALS.includes(status)) return ['the status is not published'];
    const error = {
      type: 'object',
      properties: {
        status: { const: status },
        message: { type: 'string' },
        id: { type: 'string' },
        details: {},
      },
      required: ['status', 'message'],
      additionalProperties: false,
    };
    return this.#check(
      { type: 'object', properties: { error }, required: ['error'], additionalProperties: false },
      body,
    ).map((problem) => `answer: ${problem}`);
  }
}

function bare(path: string): string {
  return path.replace(PREFIX, '').replace(TEAM, '');
}

function parameters(endpoint: Json): number {
  return String(endpoint.path).split('{').length;
}

// Names, lengths and words stand once in the file; shapes refer to them.
function definitionsOf(document: Json): Json {
  const patterns = asObject(document.name_patterns);
  const lengths = asObject(patterns.lengths);
  const name = (kind: string): Schema => {
    const range = lengths[kind];
    const [minLength, maxLength] = Array.isArray(range) ? range.map(Number) : [];
    return { type: 'string', pattern: patterns.project_volume_service_name, minLength, maxLength };
  };
  const enums = Object.entries(asObject(document.enums)).map(([key, words]) => [key, { enum: words }]);
  return {
    ...Object.fromEntries(enums),
    project_name: name('project'),
    volume_name: name('volume'),
    service_name: name('service'),
    tag: { type: 'string', pattern: patterns.plan_or_tag_id, minLength: 3, maxLength: 100 },
    port_name: { type: 'string', pattern: PORT_NAME, maxLength: lengths.port_name_max },
    object_id: { type: 'string', pattern: patterns.object_id },
    description: { type: 'string', maxLength: lengths.description_max },
    pagination: {
      type: 'object',
      properties: {
        hasNextPage: { type: 'boolean' },
        cursor: { type: 'string' },
        count: { type: 'integer' },
      },
      required: ['hasNextPage', 'count'],
      additionalProperties: false,
    },
  };
}
