/** Which codes a route can refuse with: what the OpenAPI document says, and what tests hold every answer against. */
import type { ErrorCode } from './errors.ts';
import type { RouteContract } from './route-contract.ts';
import { ROUTES, type RouteName } from './routes.ts';
import { OperationAnswerSchema } from './views.ts';

const ANY_ROUTE: readonly ErrorCode[] = ['invalid_request', 'unauthorized', 'rate_limited', 'internal_error'];
const ANY_BODY: readonly ErrorCode[] = ['payload_too_large'];
const ANY_INSTANCE: readonly ErrorCode[] = [
  'instance_not_found',
  'state_invalid',
  'registry_unavailable',
  'overloaded',
];
/** What refuses an operation, and what one can fail with while its caller waits for it. */
const ANY_OPERATION: readonly ErrorCode[] = [
  'operation_in_progress',
  'instance_not_provisioned',
  'instance_destroying',
  'idempotency_key_reused',
  'configuration_unknown',
  'provider_unsupported',
  'host_too_small',
  'provider_error',
  'provider_capacity',
  'provider_timeout',
];

/** Whether the route begins or goes on with an operation, and waits for it as `Prefer` says. */
export function runsOperation(name: RouteName): boolean {
  const route: RouteContract = ROUTES[name];
  return route.method === 'POST' && route.answers?.[202] === OperationAnswerSchema;
}

/** Each code once, in no order. */
export function errorCodesOf(name: RouteName): ErrorCode[] {
  const route: RouteContract = ROUTES[name];
  const codes = [
    ...ANY_ROUTE,
    ...(route.method === 'POST' ? ANY_BODY : []),
    ...(route.namesInstance ? ANY_INSTANCE : []),
    ...(runsOperation(name) ? ANY_OPERATION : []),
    ...(route.errors ?? []),
  ];
  return [...new Set(codes)];
}
