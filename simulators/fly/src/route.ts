import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { firstIssue } from '@kiloclaw/simulator-kit/first-issue';
import type { z } from 'zod';
import { badRequest, invalidArgument } from './errors.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';

/** What a handler works on. */
export interface Simulation {
  store: Store;
  clock: Clock;
  /** The settings of this moment. */
  settings(): Settings;
}

/** One request, already read. */
export interface Call {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  bodyText: string;
  /** The header that every write to a leased machine needs. */
  leaseNonce: string | null;
  /** Fires when nobody waits for the answer any more. */
  gone: AbortSignal;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer; without a body the answer is empty. */
export interface Reply {
  status: number;
  body?: unknown;
  /** Sent as it is, in place of the body. */
  raw?: { text: string; contentType: string };
  headers?: Readonly<Record<string, string>>;
}

export type Handler = (sim: Simulation, call: Call) => Reply | Promise<Reply>;

/** One call of the API. `path` names parameters in braces. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  handler: Handler;
}

/** The name of a route in faults, counters and the log of calls, such as `POST /v1/apps/{app}/machines`. */
export function routeKey(route: Pick<Route, 'method' | 'path'>): string {
  return `${route.method} ${route.path}`;
}

/** A path parameter that the route declares. */
export function pathParam(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}

/** A boolean query parameter; absent = false; 400 for other words. */
export function queryFlag(call: Call, name: string): boolean {
  const value = call.query.get(name);
  if (value === null) return false;
  if (['true', '1', ''].includes(value)) return true;
  if (['false', '0'].includes(value)) return false;
  throw invalidArgument(`query parameter ${name} must be true or false`);
}

/** The JSON body held against a schema; 400 names the first wrong field and never quotes a value. */
export function parseBody<Schema extends z.ZodType>(call: Call, schema: Schema): z.infer<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(call.bodyText);
  } catch {
    throw badRequest('invalid_argument: request body must be JSON');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw invalidArgument(firstIssue(parsed.error));
  return parsed.data;
}
