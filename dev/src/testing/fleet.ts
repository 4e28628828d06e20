/** What the tests of the stack do with instances, over the public API. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DebugView,
  isUnfinished,
  type OperationKind,
  type OperationView,
  type PlatformClient,
  type ProvisionBody,
} from '@kiloclaw/platform-contract';
import { z } from 'zod';
import type { FlyState } from './fly-control.ts';

const WAIT_S = 60;
const POLL_MS = 100;

export interface Target {
  readonly userId: string;
  readonly instanceId: string;
}

export function newTarget(userId: string): Target {
  return { userId, instanceId: randomUUID() };
}

/** Provisions and waits for the end; throws unless it succeeded at once or within the wait. */
export async function provision(
  client: PlatformClient,
  target: Target,
  more: Partial<Pick<ProvisionBody, 'start' | 'image' | 'userEmail' | 'instanceType' | 'provider'>> = {},
): Promise<void> {
  const { status } = await client.call(
    'provision',
    { ...target, provider: 'fly', ...more },
    { waitS: WAIT_S },
  );
  if (status === 202) throw new Error(`The provision of ${target.instanceId} took longer than ${WAIT_S} s.`);
}

/** Provisions without naming an id, and answers which one it was given. */
export async function provisionUnnamed(
  client: PlatformClient,
  body: Pick<ProvisionBody, 'userId' | 'userEmail'>,
): Promise<Target> {
  const { body: answer } = await client.call('provision', { provider: 'fly', ...body }, { waitS: WAIT_S });
  if (!('instanceId' in answer))
    throw new Error(`A provision for ${body.userId} took longer than ${WAIT_S} s.`);
  return { userId: body.userId, instanceId: answer.instanceId };
}

/** Runs one action to its end; throws unless it succeeded. */
export async function act(
  client: PlatformClient,
  action: 'start' | 'stop' | 'restart' | 'destroy',
  target: Target,
): Promise<OperationView> {
  const { body } = await client.call(action, target, { waitS: WAIT_S });
  if (body.operation.status !== 'succeeded') {
    throw new Error(
      `The ${action} of ${target.instanceId} is ${body.operation.status}: ${JSON.stringify(body.operation)}`,
    );
  }
  return body.operation;
}

/** The newest operation of a kind, or null where there is none. */
async function latestOperation(
  client: PlatformClient,
  target: Target,
  kind: OperationKind,
): Promise<OperationView | null> {
  const { body } = await client.call('operations', target);
  const operations = body.items
    .map(({ operation }) => operation)
    .filter((operation) => operation.kind === kind);
  return operations.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))[0] ?? null;
}

/** Waits until the newest operation of a kind has ended, however it did. */
export async function untilEnded(
  client: PlatformClient,
  target: Target,
  kind: OperationKind,
  timeoutMs: number,
): Promise<OperationView> {
  const deadline = Date.now() + timeoutMs;
  let last: OperationView | null = null;
  while (Date.now() < deadline) {
    last = await latestOperation(client, target, kind);
    if (last !== null && !isUnfinished(last.status)) return last;
    await delay(POLL_MS);
  }
  throw new Error(
    `The ${kind} of ${target.instanceId} did not end within ${timeoutMs} ms: ${JSON.stringify(last)}`,
  );
}

export async function debugView(client: PlatformClient, target: Target): Promise<DebugView> {
  return (await client.call('debugStatus', target)).body;
}

export const FlyResourcesSchema = z.object({
  /** Empty in a tombstone, which keeps nothing of the provider. */
  appName: z.string().default(''),
  machineId: z.string().nullish(),
  volumeId: z.string().nullish(),
});

/** What the instance believes to have at Fly. */
export async function flyResources(client: PlatformClient, target: Target) {
  return FlyResourcesSchema.parse((await debugView(client, target)).providerState);
}

/** What the simulator really holds of an app: everything that is not on its way out. */
export function resourcesOf({ apps, machines, volumes }: FlyState, appName: string) {
  const isThere = ({ app, state }: { app: string; state: string }) =>
    app === appName && !/destroy/.test(state);
  return {
    apps: apps.filter(({ name }) => name === appName),
    machines: machines.filter(isThere),
    volumes: volumes.filter(isThere),
  };
}

/** The same, as numbers and ids. */
export function truthOf(state: FlyState, appName: string) {
  const { apps, machines, volumes } = resourcesOf(state, appName);
  return {
    apps: apps.length,
    machines: machines.map(({ id }) => id),
    volumes: volumes.map(({ id }) => id),
  };
}
