import { createHash, timingSafeEqual } from 'node:crypto';
import type { CallLog } from '@kiloclaw/simulator-kit/call-log';
import { sleep } from '@kiloclaw/simulator-kit/clock';
import type { Fault, Faults } from '@kiloclaw/simulator-kit/faults';
import {
  type Answer,
  corrupted,
  errorAnswer,
  gatewayAnswer,
  jsonAnswer,
  successAnswer,
  throttledAnswer,
  withEmptyLists,
  withUnknownWords,
} from './answer.ts';
import { NorthflankError, notFound } from './errors.ts';
import type { FaultRequest } from './faults.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Call, Route, Simulation } from './route.ts';
import { routeKey } from './route.ts';
import { isMutating } from './routes.ts';

/** What one request passes through. */
export interface Exchange {
  sim: Simulation;
  faults: Faults<FaultRequest>;
  callLog: CallLog;
  rateLimit: RateLimit;
  token: string;
  /** Fires when the simulator closes. */
  closing: AbortSignal;
}

/** One request of a route. */
export interface Request {
  path: string;
  authorization: string;
  /** The team that its path names; null where it names none. */
  team: string | null;
  call: Call;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function requireToken(exchange: Exchange, request: Request): void {
  const credential = /^Bearer +(.+)$/i.exec(request.authorization)?.[1] ?? '';
  // Digests have one length, which the constant-time comparison needs.
  if (!timingSafeEqual(digest(credential), digest(exchange.token))) {
    throw new NorthflankError(401, 'Unauthorized: the API token is missing or invalid.');
  }
  const { teamId, tokenScope } = exchange.sim.settings();
  if (request.team !== null && request.team !== teamId) throw notFound('Team');
  if (request.team === null && tokenScope === 'org') {
    throw new NorthflankError(403, 'This token is scoped to an organisation: name a team in the path.');
  }
  if (!exchange.rateLimit.take()) throw new NorthflankError(429, 'Too many requests.');
}

const isDeep = (route: Route): boolean => (route.path.match(/\{/g) ?? []).length > 1;

function run(exchange: Exchange, route: Route, request: Request): Answer {
  const { sim } = exchange;
  const checksBodyFirst = isDeep(route) && sim.settings().checksBodyBeforeToken;
  if (!route.isPublic && !checksBodyFirst) requireToken(exchange, request);
  const effect = route.prepare(sim, request.call);
  if (!route.isPublic && checksBodyFirst) requireToken(exchange, request);
  return successAnswer(effect());
}

function answer(exchange: Exchange, route: Route, request: Request): Answer {
  try {
    return run(exchange, route, request);
  } catch (error) {
    if (error instanceof NorthflankError) return jsonAnswer(error.httpStatus, error.body);
    process.stderr.write(`${routeKey(route)}: ${error instanceof Error ? error.message : 'unknown error'}\n`);
    return errorAnswer(500, 'The simulator failed, see its log.');
  }
}

function failure(fault: Fault<FaultRequest>): Answer {
  const { status = 500, body, headers = {} } = fault.request;
  const answer =
    body === undefined ? errorAnswer(status, 'Internal server error.') : jsonAnswer(status, body);
  return { ...answer, headers };
}

// null = no answer, close the socket. A client that has gone does not stop what it asked for.
async function underFault(
  exchange: Exchange,
  fault: Fault<FaultRequest>,
  effect: () => Answer,
): Promise<Answer | null> {
  const { kind, status, delayMs } = fault.request;
  switch (kind) {
    case 'fail_before':
      return failure(fault);
    case 'fail_after':
      effect();
      return failure(fault);
    case 'html_error':
      return gatewayAnswer(status ?? 502);
    case 'throttle':
      return throttledAnswer();
    case 'hold_before':
      return (await fault.hold()) === 'drop' ? null : effect();
    case 'hold_after': {
      const held = effect();
      return (await fault.hold()) === 'drop' ? null : held;
    }
    case 'drop_before':
      return null;
    case 'lose_answer':
      effect();
      return null;
    case 'delay':
      await sleep(exchange.sim.clock, delayMs ?? 0, exchange.closing);
      return exchange.closing.aborted ? null : effect();
    case 'corrupt_answer':
      return corrupted(effect(), fault.request);
    case 'unknown_words':
      return withUnknownWords(effect());
    case 'empty_list':
      return withEmptyLists(effect());
  }
}

/**
 * Takes one request through log, counters, armed faults, the token check, the rate limit and its handler.
 * null = the connection is to be closed without an answer.
 */
export async function handle(exchange: Exchange, route: Route, request: Request): Promise<Answer | null> {
  const record = exchange.callLog.begin({
    at: new Date(exchange.sim.clock.nowMs()).toISOString(),
    route: routeKey(route),
    method: route.method,
    path: request.path,
    mutating: isMutating(route.method),
  });
  const fault = exchange.faults.take(routeKey(route));
  if (fault) record.faultId = fault.id;
  const effect = () => answer(exchange, route, request);
  const given = fault ? await underFault(exchange, fault, effect) : effect();
  if (given) record.status = given.status;
  return given;
}
