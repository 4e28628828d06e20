import type { Clock } from '@kiloclaw/simulator-kit/clock';
import { firstIssue } from '@kiloclaw/simulator-kit/first-issue';
import type { z } from 'zod';
import { NorthflankError } from './errors.ts';
import type { Pagination } from './pagination.ts';
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
}

/** A success; `data` and `pagination` make its envelope. */
export interface Reply {
  status: number;
  data: unknown;
  pagination?: Pagination;
}

/** One call of the API. `path` names parameters in braces; project routes have a twin under the team. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Needs no token, and costs nothing of the rate. */
  isPublic: boolean;
  /** Checks the body, and answers the effect: the token may be checked before or between. */
  prepare(sim: Simulation, call: Call): () => Reply;
}

type Method = Route['method'];

/** A route without a body; one that is sent is ignored. */
export function plainRoute(
  method: Method,
  path: string,
  handler: (sim: Simulation, call: Call) => Reply,
): Route {
  return { method, path, isPublic: false, prepare: (sim, call) => () => handler(sim, call) };
}

/** A route whose body is held against a schema. */
export function bodyRoute<Schema extends z.ZodType>(
  method: Method,
  path: string,
  schema: Schema,
  handler: (sim: Simulation, call: Call, body: z.output<Schema>) => Reply,
): Route {
  return {
    method,
    path,
    isPublic: false,
    prepare: (sim, call) => {
      const body = parseBody(sim, call, schema);
      return () => handler(sim, call, body);
    },
  };
}

/** The name of a route in faults, counters and the log of calls, such as `POST /v1/projects/{project}/volumes`. */
export function routeKey(route: Pick<Route, 'method' | 'path'>): string {
  return `${route.method} ${route.path}`;
}

/** A path parameter that the route declares. */
export function pathParam(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}

/** A boolean query parameter; absent = false; refused for other words. */
export function queryFlag(sim: Simulation, call: Call, name: string): boolean {
  const value = call.query.get(name);
  if (value === null || value === 'false') return false;
  if (value === 'true') return true;
  throw invalid(sim, name, 'must be true or false');
}

/** The refusal of a field: 400 or 422, as the settings say. */
export function invalid(sim: Simulation, field: string, problem: string): NorthflankError {
  const { invalidStatus } = sim.settings();
  return new NorthflankError(invalidStatus, `Validation failed: ${field} ${problem}`, { [field]: problem });
}

// An absent body is an empty object: several calls have optional fields alone.
function parseBody<Schema extends z.ZodType>(sim: Simulation, call: Call, schema: Schema): z.output<Schema> {
  let json: unknown;
  try {
    json = call.bodyText.trim() === '' ? {} : JSON.parse(call.bodyText);
  } catch {
    throw new NorthflankError(400, 'The request body must be JSON.');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = firstIssue(parsed.error);
  const field = parsed.error.issues[0]?.path.map(String).join('.') || 'body';
  throw new NorthflankError(sim.settings().invalidStatus, `Validation failed: ${issue}`, { [field]: issue });
}
