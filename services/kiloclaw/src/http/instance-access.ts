/**
 * The one way to an instance. A handler gets nothing but what this hands out, and this hands out nothing that
 * does not carry the owner whom the caller named: the instance itself checks it before anything else.
 */
import type { Actor, Result } from '@kiloclaw/platform-contract';
import type { Context } from 'hono';
import type { Env } from '../env.ts';
import type { Caller, InstanceRpc } from '../instance/instance-rpc.ts';
import { currentTraceparent } from '../tracing/traces.ts';
import { ApiError } from './api-error.ts';
import type { AppContext } from './context.ts';

const ATTEMPTS = 2;

export interface OwnedInstance {
  readonly caller: Caller;
  /** Calls the instance as this caller. Throws `ApiError` for every refusal. */
  ask<Value>(call: (rpc: InstanceRpc, caller: Caller) => Promise<Result<Value>>): Promise<Value>;
}

export function ownedInstance(
  c: Context<AppContext>,
  named: { readonly userId: string; readonly instanceId: string; readonly actor?: Actor | undefined },
): OwnedInstance {
  const actor: Actor = named.actor ?? { kind: 'api', id: c.get('apiKey').name };
  const { userId, instanceId } = named;
  const traceparent = currentTraceparent();
  const requestId = c.get('requestId');
  const caller: Caller = {
    v: 1,
    instanceId,
    userId,
    actor,
    requestId,
    ...(traceparent !== undefined && { traceparent }),
  };
  return {
    caller,
    async ask(call) {
      const result = await withFreshStub(c.env, named.instanceId, (rpc) => call(rpc, caller));
      if (!result.ok) throw new ApiError(result.error.code, result.error.message, result.error.details);
      return result.value;
    },
  };
}

/**
 * An object that was reset in mid-call may have done what it was asked. Every change carries an idempotency
 * key, the caller's or one of its request's own, so that asking again finds the first operation.
 */
async function withFreshStub<Value>(
  env: Env,
  instanceId: string,
  call: (rpc: InstanceRpc) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  for (let attempt = 1; ; attempt += 1) {
    const stub: unknown = env.INSTANCE.getByName(instanceId);
    try {
      return await call(stub as InstanceRpc);
    } catch (error) {
      if (attempt >= ATTEMPTS || isOverloaded(error)) {
        throw new ApiError(
          'overloaded',
          'The instance did not answer. What was asked may have begun: look at its operations.',
        );
      }
    }
  }
}

function isOverloaded(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'overloaded' in error && error.overloaded === true;
}
