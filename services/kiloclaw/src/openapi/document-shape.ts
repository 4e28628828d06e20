/** The OpenAPI document as its readers take it: what this control plane writes into it, no more. */
import { createOpenApiDocument } from './document.ts';

export interface SchemaShape {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaShape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaShape;
  readonly propertyNames?: SchemaShape;
  readonly items?: SchemaShape;
  readonly anyOf?: readonly SchemaShape[];
  readonly allOf?: readonly SchemaShape[];
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface ContentShape {
  readonly schema?: SchemaShape;
  readonly example?: unknown;
}

export interface HeaderShape {
  readonly $ref?: string;
  readonly required?: boolean;
}

export interface ParameterShape {
  readonly $ref?: string;
  readonly in: 'header' | 'path' | 'query';
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: SchemaShape;
}

export interface ResponseShape {
  readonly description: string;
  readonly headers?: Readonly<Record<string, HeaderShape>>;
  readonly content?: Readonly<Record<string, ContentShape>>;
}

export interface OperationShape {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterShape[];
  readonly requestBody?: { readonly content: Readonly<Record<string, ContentShape>> };
  readonly responses: Readonly<Record<string, ResponseShape>>;
}

export interface DocumentShape {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationShape>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, SchemaShape>>;
    readonly parameters: Readonly<Record<string, ParameterShape>>;
    readonly headers: Readonly<Record<string, HeaderShape>>;
  };
}

/** The document of this release. */
export function readDocument(): DocumentShape {
  return createOpenApiDocument() as unknown as DocumentShape;
}

/** The last part of a reference: what it names among the components of its kind. */
export function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}
