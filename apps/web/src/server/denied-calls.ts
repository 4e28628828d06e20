/** Who calls what is for admins alone is on record, as well as can be: no call fails or passes because of its row. */
import { randomUUID } from 'node:crypto';
import { appendAudit, countAttempts } from '@kiloclaw/db';
import { InstanceIdSchema, UserIdSchema } from '@kiloclaw/platform-contract';
import { type AuditContext, rowOf } from './audit.ts';
import { ATTEMPTS_WINDOW_MS } from './auth/guessing.ts';
import { log } from './log.ts';

/** Of one caller in a window: what else they try says no more, and must not fill a log from which nothing is removed. */
export const DENIED_ROWS_MAX = 20;

/** `path` is the procedure's name; of `input`, which nobody has checked, ids alone are told. */
export async function recordDenied(context: AuditContext, path: string, input: unknown): Promise<void> {
  const { registry, requestId, user } = context;
  try {
    const [counted] = await countAttempts(registry.db, [`denied-call:${user.userId}`], ATTEMPTS_WINDOW_MS);
    const count = counted?.count ?? 0;
    if (count === DENIED_ROWS_MAX + 1)
      log.warn('more denied calls than are put on record', { requestId, userId: user.userId });
    if (count > DENIED_ROWS_MAX) return;
    const act = { action: 'call_for_admins', ...idsIn(input), metadata: { procedure: path } };
    await appendAudit(registry.db, [rowOf(context, act, randomUUID(), 'denied')]);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    log.error('a denied call is not on record', { requestId, userId: user.userId, error: name });
  }
}

function idsIn(input: unknown) {
  const given = Object(input);
  const targetUserId = UserIdSchema.safeParse(given.userId).data;
  const instanceId = InstanceIdSchema.safeParse(given.instanceId).data;
  return {
    ...(targetUserId === undefined ? {} : { targetUserId }),
    ...(instanceId === undefined ? {} : { instanceId }),
  };
}
