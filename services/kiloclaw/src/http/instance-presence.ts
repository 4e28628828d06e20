/** Asks an instance's object whether anything lives in it: of any id, and told of no owner. */
import type { Env } from '../env.ts';
import { inTime } from '../in-time.ts';
import type { InstanceRpc, Presence } from '../instance/instance-rpc.ts';

const PRESENCE_TIMEOUT_MS = 10_000;

/** Null where it does not answer. Never throws. */
export async function presenceOf(env: Env, instanceId: string): Promise<Presence | null> {
  const stub: unknown = env.INSTANCE.getByName(instanceId);
  try {
    return await inTime<Presence | null>(
      (stub as InstanceRpc).presence({ v: 1 }),
      PRESENCE_TIMEOUT_MS,
      () => null,
    );
  } catch {
    return null;
  }
}
