import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { type Deviation, REQUIRED_FIELDS } from './deviations.ts';
import { field } from './field.ts';

const DOCUMENT_PATH = join(import.meta.dirname, '../../testdata/fly-machines-openapi.json');

/** One request with its answer, as they went over the wire; `path` is without `/v1`. */
export interface ExchangeRecord {
  method: string;
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

/** The document as a judge of exchanges, made strict: no unknown fields, and the fields that an answer needs. */
export class OpenApiJudge {
  readonly #document: Json;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #deviations: Deviation[];
  // Compiling costs far more than a check.
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(deviations: Deviation[]) {
    this.#deviations = deviations;
    this.#document = asObject(JSON.parse(readFileSync(DOCUMENT_PATH, 'utf8')));
    for (const [name, schema] of Object.entries(asObject(field(this.#document, 'components.schemas')))) {
      const object = asObject(schema);
      for (const deviation of deviations.flatMap(({ fields }) => fields ?? [])) {
        if (deviation.schema === name) asObject(object.properties)[deviation.key] = deviation.shape;
      }
      const required = REQUIRED_FIELDS[name];
      if (required) object.required = required;
      if ('properties' in object) object.additionalProperties ??= false;
    }
    this.#ajv.addSchema(this.#document, 'document');
  }

  /** The operation of a call, such as `GET /apps/{app_name}`; null if the document has none. */
  operationOf(method: string, path: string): string | null {
    const parts = path.split('/');
    const template = Object.keys(asObject(this.#document.paths)).find((candidate) => {
      const expected = candidate.split('/');
      return (
        expected.length === parts.length &&
        expected.every((part, index) => part === parts[index] || part.startsWith('{')) &&
        method.toLowerCase() in this.#operation(candidate)
      );
    });
    return template === undefined ? null : `${method} ${template}`;
  }

  /** What is wrong with an exchange; empty = nothing. */
  judge(exchange: ExchangeRecord): string[] {
    const { pathname, searchParams } = new URL(exchange.path, 'http://document');
    const name = this.operationOf(exchange.method, pathname);
    if (name === null) return [`${exchange.method} ${pathname}: not in the document`];
    const operation = asObject(this.#operation(name.slice(name.indexOf('/')))[exchange.method.toLowerCase()]);
    const problems = [
      ...(exchange.isWrong ? [] : this.#judgeQuery(name, operation, searchParams)),
      ...(exchange.isWrong ? [] : this.#judgeRequest(operation, exchange.requestBody)),
      ...this.#judgeAnswer(name, operation, exchange),
    ];
    return problems.map((problem) => `${name} ${exchange.status}: ${problem}`);
  }

  #operation(template: string): Json {
    return asObject(new Map(Object.entries(asObject(this.#document.paths))).get(template));
  }

  #check(schema: object, value: unknown): string[] {
    // References of the document's parts start at its root.
    const rooted = JSON.stringify(schema).replaceAll('"#/', '"document#/');
    const validate = this.#compiled.get(rooted) ?? this.#ajv.compile(asObject(JSON.parse(rooted)));
    this.#compiled.set(rooted, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || 'body'} ${message} ${JSON.stringify(params)}`,
    );
  }

  #judgeQuery(name: string, operation: Json, query: URLSearchParams): string[] {
    const parameters = Array.isArray(operation.parameters) ? operation.parameters.map(asObject) : [];
    const allowed = this.#deviations
      .flatMap((deviation) => deviation.query ?? [])
      .filter((entry) => entry.operation === name);
    return [...query].flatMap(([key, value]) => {
      const isAllowed = allowed.some((entry) =>
        entry.key.endsWith('*') ? key.startsWith(entry.key.slice(0, -1)) : key === entry.key,
      );
      if (isAllowed) return [];
      const documented = parameters.find((parameter) => parameter.in === 'query' && parameter.name === key);
      if (!documented) return [`query parameter ${key} is not in the document`];
      const schema = asObject(documented.schema);
      const typed = schema.type === 'string' ? value : JSON.parse(value);
      return this.#check(schema, typed).map((problem) => `query parameter ${key}: ${problem}`);
    });
  }

  #judgeRequest(operation: Json, body: unknown): string[] {
    const schema = field(operation.requestBody, 'content.application/json.schema');
    if (body === undefined) {
      return field(operation.requestBody, 'required') === true ? ['the request has no body'] : [];
    }
    if (schema === undefined) return ['the request has a body'];
    return this.#check(asObject(schema), body).map((problem) => `request: ${problem}`);
  }

  #judgeAnswer(name: string, operation: Json, exchange: ExchangeRecord): string[] {
    const { status, answerText, contentType } = exchange;
    const deviating = this.#deviations
      .flatMap((deviation) => deviation.answers ?? [])
      .find((answer) => (answer.operation === '*' || answer.operation === name) && answer.status === status);
    const documented = field(operation.responses, String(status));
    if (!deviating && documented === undefined) return ['the status is not in the document'];
    const schema = deviating?.schema ?? field(documented, 'content.application/json.schema');
    if (schema === undefined) return answerText === '' ? [] : ['the answer has a body'];
    if (!contentType?.startsWith('application/json')) return ['the answer is not JSON'];
    return this.#check(asObject(schema), JSON.parse(answerText)).map((problem) => `answer: ${problem}`);
  }
}
