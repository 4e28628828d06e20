/** scrub-person: the deletion of a customer or an admin. */
import { type DeletionTarget, RegistryUnavailable } from '@kiloclaw/db';
import { type Actor, isUnfinished, ok, type Result, ROUTES } from '@kiloclaw/platform-contract';
import type { Context, Hono } from 'hono';
import { type DeletionPorts, scrubPerson } from '../deletion/scrub-run.ts';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readInput, readWaitMs } from '../http/input.ts';
import { type OwnedInstance, ownedInstance } from '../http/instance-access.ts';
import { withPersonRegistry } from '../registry/person-registry.ts';
import { throwIfFailed } from './power.ts';

export function scrubPersonRoute(app: Hono<AppContext>): void {
  app.post(ROUTES.scrubPerson.path, async (c) => {
    const { userId: personId, actor = { kind: 'api' as const, id: c.get('apiKey').name } } = await readInput(
      c,
      'scrubPerson',
    );
    const waitMs = readWaitMs(c);
    const request = { personId, actor, requestId: c.get('requestId') };
    const result = await withPersonRegistry(c.env, request, (registry) =>
      scrubPerson({ now: Date.now, ...registry, ...objectsOf(c, personId, actor) }, personId, waitMs),
    ).catch(refuseWithoutRegistry);
    if (!result.ok) throw new ApiError(result.error.code, result.error.message, result.error.details);
    return c.json(result.value, result.value.isFinished ? 200 : 202);
  });
}

function objectsOf(
  c: Context<AppContext>,
  personId: string,
  actor: Actor,
): Pick<DeletionPorts, 'destroy' | 'forget'> {
  const instanceOf = ({ userId, instanceId }: DeletionTarget): OwnedInstance =>
    ownedInstance(c, { userId, instanceId, actor });
  return {
    destroy: (target, waitMs) =>
      asResult(async () => {
        const idempotencyKey = crypto.randomUUID();
        const answer = await instanceOf(target).ask((instance, caller) =>
          instance.change({ caller, kind: 'destroy', idempotencyKey, waitMs }),
        );
        throwIfFailed(answer);
        return !isUnfinished(answer.operation.status);
      }),
    forget: (target) =>
      asResult(() =>
        instanceOf(target).ask((instance, caller) => instance.scrubPerson({ caller, personId })),
      ),
  };
}

/** One instance that refuses keeps no other from its turn. */
async function asResult<Value>(work: () => Promise<Value>): Promise<Result<Value>> {
  try {
    return ok(await work());
  } catch (error) {
    if (error instanceof ApiError) return { ok: false, error: error.failure };
    throw error;
  }
}

function refuseWithoutRegistry(error: unknown): never {
  if (!(error instanceof RegistryUnavailable)) throw error;
  throw new ApiError(
    'registry_unavailable',
    'Postgres does not answer, so that the deletion is not complete. Ask again later: what is done stays done.',
  );
}
