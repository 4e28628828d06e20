/**
 * Docker's own document of its API as a judge of exchanges. Its files hold the calls that docker-local makes, reduced
 * from the published ones (their titles say from which; Apache-2.0): prose, formats and examples are left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';

export interface EngineExchange {
  readonly method: string;
  /** Path and query, with the version in front. */
  readonly path: string;
  readonly requestText: string;
  readonly status: number;
  readonly answerText: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body' | 'header';
  readonly required?: boolean;
  readonly schema?: object;
}

interface Call {
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly schema?: object }>>;
}

interface EngineDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Call>>>>;
  readonly definitions: Record<string, object>;
}

/** What is sent has no field that the document does not know. The others are parts of these, and stay open. */
const CLOSED = ['HostConfig', 'Mount', 'PortBinding', 'RestartPolicy', 'VolumeCreateOptions'];

/** Engines write `null` for what is empty, whatever the document says. */
function nullable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(nullable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, nullable(value)] as const);
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  if (typeof copy.type === 'string') copy.type = [copy.type, 'null'];
  if (Array.isArray(copy.enum)) copy.enum = [...copy.enum, '', null];
  return copy;
}

function parseJson(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

export class EngineDocumentJudge {
  readonly #paths: EngineDocument['paths'];
  readonly #requests = new Ajv2019({ strict: false, allErrors: true });
  readonly #answers = new Ajv2019({ strict: false, allErrors: true });

  constructor(version: '1.41' | '1.44') {
    const file = join(import.meta.dirname, `docker-engine-api-${version}.json`);
    const { paths, definitions } = JSON.parse(readFileSync(file, 'utf8')) as EngineDocument;
    this.#paths = paths;
    const closed = Object.entries(definitions).map(([name, schema]) =>
      CLOSED.includes(name) ? [name, { ...schema, unevaluatedProperties: false }] : [name, schema],
    );
    this.#requests.addSchema({ $id: 'engine', definitions: Object.fromEntries(closed) });
    this.#answers.addSchema({ $id: 'engine', definitions: nullable(definitions) as object });
  }

  /** What is wrong with an exchange; empty where nothing is. */
  judge(exchange: EngineExchange): string[] {
    const { pathname, searchParams } = new URL(exchange.path, 'http://docker');
    const path = pathname.replace(/^\/v1\.[0-9]+/, '');
    const name = `${exchange.method} ${path} ${exchange.status}`;
    const call = this.#callOf(exchange.method, path);
    if (call === undefined) return [`${name}: not in the document`];
    const parameters = call.parameters ?? [];
    const known = parameters
      .filter((parameter) => parameter.in === 'query')
      .map((parameter) => parameter.name);
    const unknown = [...searchParams.keys()].filter((key) => !known.includes(key));
    const body = parameters.find((parameter) => parameter.in === 'body')?.schema;
    const answer = call.responses[exchange.status]?.schema;
    const problems = [
      ...unknown.map((key) => `unknown parameter ${key}`),
      ...(call.responses[exchange.status] === undefined ? ['a status that is not in the document'] : []),
      ...this.#check(this.#requests, { unevaluatedProperties: false, ...body }, exchange.requestText),
      ...(answer === undefined
        ? []
        : this.#check(this.#answers, nullable(answer) as object, exchange.answerText)),
    ];
    return problems.map((problem) => `${name}: ${problem}`);
  }

  #callOf(method: string, path: string): Call | undefined {
    const parts = path.split('/');
    const candidates = Object.keys(this.#paths).filter((template) => {
      const expected = template.split('/');
      const fits = (part: string, index: number) => part === parts[index] || part.startsWith('{');
      return expected.length === parts.length && expected.every(fits);
    });
    // The one without a placeholder is the more exact one.
    const template = candidates.find((candidate) => candidate === path) ?? candidates[0];
    return template === undefined ? undefined : this.#paths[template]?.[method.toLowerCase()];
  }

  #check(ajv: Ajv2019, schema: object, text: string): string[] {
    if (text === '') return [];
    const inDocument = JSON.stringify(schema).replaceAll('"#/definitions/', '"engine#/definitions/');
    const validate = ajv.compile(JSON.parse(inDocument) as object);
    if (validate(parseJson(text))) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
  }
}
