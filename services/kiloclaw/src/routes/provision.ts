import { isUnfinished, type ProvisionBody, ROUTES } from '@kiloclaw/platform-contract';
import type { Context, Hono } from 'hono';
import { v5 as uuidv5 } from 'uuid';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readIdempotencyKey, readInput, readWaitMs } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';
import { findProvider } from '../providers/pick.ts';
import { throwIfFailed } from './power.ts';

/** Namespace of instance ids that are derived from a caller and its key. Never changed. */
const DERIVED_IDS = '6c1fd2a5-3f0c-4f4e-9c3e-5a0c1e7b9d42';

export function provisionRoute(app: Hono<AppContext>): void {
  app.post(ROUTES.provision.path, async (c) => {
    const body = await readInput(c, 'provision');
    requireConfigured(c, body);
    const key = readIdempotencyKey(c);
    const instanceId = body.instanceId ?? instanceIdFor(c, body, key);
    const waitMs = readWaitMs(c);
    const idempotencyKey = key ?? crypto.randomUUID();
    const answer = await ownedInstance(c, { ...body, instanceId }).ask((instance, caller) =>
      instance.provision({
        caller,
        idempotencyKey,
        waitMs,
        ...named(body),
        instanceId,
        instanceIdIsNamed: body.instanceId !== undefined,
      }),
    );
    throwIfFailed(answer.operation);
    if (isUnfinished(answer.operation.operation.status)) return c.json(answer.operation, 202);
    return c.json(answer.status, answer.isNew ? 201 : 200);
  });
}

/** The repeat of a provision that named no id has to reach the same object. */
function instanceIdFor(c: Context<AppContext>, body: ProvisionBody, key: string | null): string {
  if (key === null) return crypto.randomUUID();
  return uuidv5(JSON.stringify([c.get('apiKey').name, body.userId, key]), DERIVED_IDS);
}

function requireConfigured(c: Context<AppContext>, { provider }: ProvisionBody): void {
  if (provider === undefined || findProvider(provider, c.env, c.get('settings')) !== null) return;
  throw new ApiError(
    'provider_unsupported',
    `provider: ${provider} is not configured on this control plane.`,
    { path: 'provider' },
  );
}

/** What the caller named, with null for what it left out. */
function named(body: ProvisionBody) {
  return {
    userEmail: body.userEmail ?? null,
    provider: body.provider ?? null,
    instanceType: body.instanceType ?? null,
    machineSize: body.machineSize ?? null,
    volumeSizeGb: body.volumeSizeGb ?? null,
    region: body.region ?? null,
    name: body.name ?? null,
    image: body.image ?? null,
    env: body.env ?? null,
    secrets: body.secrets ?? null,
    start: body.start ?? null,
  };
}
