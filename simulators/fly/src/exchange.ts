import { createHash, timingSafeEqual } from 'node:crypto';
import type { CallLog } from '@kiloclaw/simulator-kit/call-log';
import { sleep } from '@kiloclaw/simulator-kit/clock';
import type { Fault, Faults } from '@kiloclaw/simulator-kit/faults';
import { requireAccess } from './apps.ts';
import { FlyError } from './errors.ts';
import type { FaultRequest } from './faults.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Call, Reply, Route, Simulation } from './route.ts';
import { JSON_TYPE, routeKey } from './route.ts';
import { isMutating } from './routes.ts';

/** What one request passes through. */
export interface Exchange {
  sim: Simulation;
  faults: Faults<FaultRequest>;
  limiter: RateLimiter;
  callLog: CallLog;
  token: string;
  /** Fires when the simulator closes. */
  closing: AbortSignal;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function requireToken(authorization: string, token: string): void {
  const credential = /^(?:Bearer|FlyV1) +(.+)$/i.exec(authorization)?.[1] ?? '';
  // Digests have one length, which the constant-time comparison needs.
  if (!timingSafeEqual(digest(credential), digest(token))) {
    throw new FlyError(401, 'Authenticate: token validation error');
  }
}

async function answer(exchange: Exchange, route: Route, call: Call, authorization: string): Promise<Reply> {
  try {
    requireToken(authorization, exchange.token);
    if (exchange.sim.settings().rateLimits) exchange.limiter.take(route, call);
    requireAccess(exchange.sim, call);
    return await route.handler(exchange.sim, call);
  } catch (error) {
    if (error instanceof FlyError) return { status: error.httpStatus, body: error.body };
    process.stderr.write(`${routeKey(route)}: ${error instanceof Error ? error.message : 'unknown error'}\n`);
    return { status: 500, body: { error: 'internal: the simulator failed, see its log', status: 'unknown' } };
  }
}

// null = no answer, close the socket. A client that has gone does not stop what it asked for.
async function underFault(
  exchange: Exchange,
  fault: Fault<FaultRequest>,
  effect: () => Promise<Reply>,
): Promise<Reply | null> {
  const { kind, delayMs } = fault.request;
  switch (kind) {
    case 'fail_before':
      return failure(fault.request);
    case 'fail_after':
      await effect();
      return failure(fault.request);
    case 'drop_before':
      return null;
    case 'hold_before':
      return (await fault.hold()) === 'drop' ? null : effect();
    case 'hold_after': {
      const reply = await effect();
      return (await fault.hold()) === 'drop' ? null : reply;
    }
    case 'lose_answer':
      await effect();
      return null;
    case 'corrupt_answer':
      return corrupted(fault.request, await effect());
    case 'alter_answer':
      return altered(fault.request, await effect());
    case 'delay':
      await sleep(exchange.sim.clock, delayMs ?? 0, exchange.closing);
      return exchange.closing.aborted ? null : effect();
  }
}

function failure({ status, body, headers }: FaultRequest): Reply {
  return {
    status: status ?? 500,
    body: body ?? { error: 'internal: server error', status: 'unknown' },
    ...(headers && { headers }),
  };
}

function corrupted({ text, status }: FaultRequest, reply: Reply): Reply {
  const json = JSON.stringify(reply.body ?? {});
  const raw =
    text === undefined
      ? { text: json.slice(0, Math.ceil(json.length / 2)), contentType: JSON_TYPE }
      : { text, contentType: 'text/html; charset=utf-8' };
  return { status: status ?? reply.status, raw };
}

function altered({ fields }: FaultRequest, reply: Reply): Reply {
  const alter = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? { ...value, ...fields } : value;
  return { ...reply, body: Array.isArray(reply.body) ? reply.body.map(alter) : alter(reply.body) };
}

/**
 * Takes one request through log, counters, armed faults, the token check and its handler.
 * null = the connection is to be closed without an answer.
 */
export async function handle(
  exchange: Exchange,
  route: Route,
  call: Call,
  request: { path: string; authorization: string },
): Promise<Reply | null> {
  const record = exchange.callLog.begin({
    at: new Date(exchange.sim.clock.nowMs()).toISOString(),
    route: routeKey(route),
    method: route.method,
    path: request.path,
    mutating: isMutating(route.method),
  });
  const fault = exchange.faults.take(routeKey(route));
  if (fault) record.faultId = fault.id;
  const effect = () => answer(exchange, route, call, request.authorization);
  const reply = fault ? await underFault(exchange, fault, effect) : await effect();
  if (reply) record.status = reply.status;
  return reply;
}
