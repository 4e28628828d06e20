/** A program of somebody who knows the control plane by its OpenAPI document alone: its types are generated. */
export const INTEGRATOR_PROGRAM = `
import createClient from 'openapi-fetch';
import type { components, paths } from './platform.js';

const baseUrl = process.env.KILOCLAW_URL ?? '';
const api = createClient<paths>({ baseUrl });
const headers = { 'x-internal-api-key': process.env.KILOCLAW_KEY ?? '' };
const prefer = { prefer: 'wait=60' };

function succeeded(answer: components['schemas']['OperationAnswer'] | components['schemas']['PlanAnswer'] | undefined) {
  if (answer === undefined || !('operation' in answer)) throw new Error('no operation: ' + JSON.stringify(answer));
  const { status, kind } = answer.operation;
  if (status !== 'succeeded') throw new Error(kind + ' is ' + status);
  return kind;
}

const key = crypto.randomUUID();
const provision = () =>
  api.POST('/api/platform/provision', {
    headers,
    params: { header: { ...prefer, 'idempotency-key': key } },
    body: { userId: 'integrator-1', provider: 'fly', instanceType: 'perf-1-3' },
  });
const made = await provision();
if (made.data === undefined || !('instanceId' in made.data)) throw new Error('no view: ' + JSON.stringify(made.error));
const { instanceId, instanceType, status } = made.data;
const again = await provision();
const target = { userId: 'integrator-1', instanceId };

const planned = await api.POST('/api/platform/resize', {
  headers,
  body: { ...target, targetTier: 'perf-4-8', apply: 'now', dryRun: true },
});
if (planned.data === undefined || !('plan' in planned.data)) throw new Error('no plan');
const { allowed, downtime, hash, after } = planned.data.plan;

const resized = await api.POST('/api/platform/resize', {
  headers,
  params: { header: prefer },
  body: { ...target, targetTier: 'perf-4-8', apply: 'now', expectedPlanHash: hash },
});
const resizeKind = succeeded(resized.data);

const refused = await api.POST('/api/platform/resize', {
  headers,
  body: { ...target, targetTier: 'perf-1-3', apply: 'now' },
});
const foreign = await api.GET('/api/platform/status', {
  headers,
  params: { query: { userId: 'somebody-else', instanceId } },
});
// Codes are told apart by the types too: this is one of those that a status can be refused with.
const foreignCode: 'instance_not_found' | undefined =
  foreign.response.status === 404 && foreign.error?.error.code === 'instance_not_found'
    ? foreign.error.error.code
    : undefined;

const destroyed = await api.POST('/api/platform/destroy', { headers, params: { header: prefer }, body: target });
const last = await api.GET('/api/platform/operations', { headers, params: { query: { ...target, limit: 3 } } });

console.log(
  JSON.stringify({
    made: [made.response.status, status, instanceType, again.response.status],
    isTheSame: again.data !== undefined && 'instanceId' in again.data && again.data.instanceId === instanceId,
    plan: [allowed, downtime, after.instanceType],
    resize: resizeKind,
    refused: [refused.response.status, refused.error?.error.code],
    foreign: foreignCode,
    destroy: succeeded(destroyed.data),
    operations: last.data?.items.map(({ operation }) => operation.kind),
  }),
);
`;

/** A mistake that the generated types have to catch. */
export const MISTAKEN_PROGRAM = `
import createClient from 'openapi-fetch';
import type { paths } from './platform.js';

const api = createClient<paths>({ baseUrl: 'http://127.0.0.1' });
await api.POST('/api/platform/resize', {
  body: { userId: 'user-1', instanceId: 'x', targetTier: 'perf-9-9' },
});
`;
