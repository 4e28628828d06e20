/** Holds every answer that a test gets against the OpenAPI document. */
import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import {
  type DocumentShape,
  nameOf,
  type ResponseShape,
  readDocument,
  type SchemaShape,
} from '../document-shape.ts';

const DRAFT = '2020-12';
const COMPLAINTS_SHOWN_MAX = 5;

export interface HeardAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type AnswerCheck = (answer: HeardAnswer) => void;

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function complaintsOf(errors: readonly OutputUnit[]): string {
  // The deepest ones say most: those above them only say that something below is wrong.
  const deepest = errors.toSorted((a, b) => b.instanceLocation.length - a.instanceLocation.length);
  return deepest
    .slice(0, COMPLAINTS_SHOWN_MAX)
    .map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`)
    .join('; ');
}

class OpenApiAnswers {
  readonly #document: DocumentShape;
  readonly #patterns: readonly (readonly [RegExp, string])[];
  readonly #validators = new Map<string, Validator>();

  constructor(document: DocumentShape) {
    this.#document = document;
    this.#patterns = Object.keys(document.paths).map((path) => [pathPattern(path), path] as const);
  }

  /** Throws where the document does not know the answer. */
  check(answer: HeardAnswer): void {
    const { pathname } = new URL(answer.url);
    const path = this.#patterns.find(([pattern]) => pattern.test(pathname))?.[1];
    const operation = this.#document.paths[path ?? '']?.[answer.method.toLowerCase()];
    if (path === undefined || operation === undefined) {
      if (answer.status !== 404) this.#refuse(answer, 'the document has no such path');
      this.#hold(answer, 'Error', { $ref: '#/components/schemas/Error' });
      return;
    }
    const response = operation.responses[answer.status];
    const place = `${operation.operationId} ${answer.status}`;
    if (response === undefined) this.#refuse(answer, `${operation.operationId} has no such status`);
    this.#checkHeaders(answer, response);
    const type = answer.headers.get('content-type')?.split(';')[0] ?? 'nothing';
    const content = response.content?.[type];
    if (content === undefined) this.#refuse(answer, `${place} has no content of the type ${type}`);
    if (type === 'application/json') this.#hold(answer, place, content.schema ?? {});
  }

  #checkHeaders(answer: HeardAnswer, { headers = {} }: ResponseShape): void {
    for (const [name, named] of Object.entries(headers)) {
      const header = named.$ref === undefined ? named : this.#document.components.headers[nameOf(named.$ref)];
      if (header?.required === true && !answer.headers.has(name))
        this.#refuse(answer, `the header ${name} is missing`);
    }
  }

  #hold(answer: HeardAnswer, place: string, schema: SchemaShape): void {
    let validator = this.#validators.get(place);
    if (validator === undefined) {
      const { schemas } = this.#document.components;
      const whole: unknown = { ...schema, components: { schemas } };
      validator = new Validator(whole as Schema, DRAFT, false);
      this.#validators.set(place, validator);
    }
    const { valid, errors } = validator.validate(JSON.parse(answer.text));
    if (!valid) this.#refuse(answer, `its body differs: ${complaintsOf(errors)}`);
  }

  #refuse({ method, url, status, text }: HeardAnswer, complaint: string): never {
    const { pathname } = new URL(url);
    throw new Error(
      `${method} ${pathname} answered ${status}, which /openapi.json does not know: ${complaint}. Body: ${text}`,
    );
  }
}

/** A check by the document of this release; made once, since validators are kept in it. */
export function createAnswerCheck(): AnswerCheck {
  const answers = new OpenApiAnswers(readDocument());
  return (answer) => answers.check(answer);
}
