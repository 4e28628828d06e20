/** What the contract says of a route. */
import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';

export interface RouteContract {
  /** Under which heading the documents have it. */
  readonly group: 'Instances' | 'Hardware' | 'Operations' | 'Fleet' | 'Keys' | 'Catalog';
  readonly method: 'GET' | 'POST';
  /** Below `API_BASE`; `:id` is an operation's. */
  readonly path: string;
  /** What it does, in a few words: the OpenAPI document is made of this and `description`. */
  readonly summary: string;
  /** What its caller has to know besides. */
  readonly description?: string;
  /** The JSON body of a POST, the query of a GET. */
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** What it answers by status, where that is not `output` with 200 alone. */
  readonly answers?: Readonly<Record<number, z.ZodType>>;
  /** The codes that it refuses with, beside those of every route of its sort: see `errorCodesOf`. */
  readonly errors?: readonly ErrorCode[];
  /** What the caller's key must be allowed to do. */
  readonly scope: 'read' | 'full';
  /** Whether the route names an instance, and so its owner. */
  readonly namesInstance: boolean;
}
