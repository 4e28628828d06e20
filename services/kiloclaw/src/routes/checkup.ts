/** The checkup of the fleet, and of one instance what it puts right without losing anything. */
import { type InstanceRow, RegistryUnavailable } from '@kiloclaw/db';
import { type Actor, type CheckupFixAnswer, type Result, ROUTES } from '@kiloclaw/platform-contract';
import type { Context, Hono } from 'hono';
import { type CheckupPorts, checkPage } from '../checkup/check-page.ts';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';
import { presenceOf } from '../http/instance-presence.ts';
import { inTime } from '../in-time.ts';
import type { CheckupFacts, InstanceRpc } from '../instance/instance-rpc.ts';
import { readInstanceRows, readSweepPage } from '../registry/registry-reader.ts';

/** A look at the provider included, and a second one where the first was in doubt. */
const ANSWER_TIMEOUT_MS = 20_000;
/** A row that was closed wrongly has an object that lives; later, the sweep has met it. */
const CLOSED_ROWS_MET_MS = 24 * 60 * 60_000;

export function checkupRoutes(app: Hono<AppContext>): void {
  app.get(ROUTES.checkup.path, async (c) => {
    const { cursor: afterId = null, limit, live = false, ...of } = await readInput(c, 'checkup');
    return c.json(await checkPage(portsOf(c, of), { afterId, limit, live }).catch(refuseWithoutRegistry));
  });

  app.post(ROUTES.fixCheckup.path, async (c) => {
    const named = await readInput(c, 'fixCheckup');
    const { instanceId } = named;
    const [row = null] = await readInstanceRows(c.env, [instanceId]).catch(refuseWithoutRegistry);
    const wasLost = (await presenceOf(c.env, instanceId)) === 'none';
    const { status, done, isPaid } = await ownedInstance(c, named).ask((instance, caller) =>
      instance.fixCheckup({ caller, row }),
    );
    const answer: CheckupFixAnswer = {
      instanceId,
      status,
      done: wasLost ? ['record_restored', ...done] : [...done],
      isPaid,
    };
    return c.json(answer);
  });
}

function portsOf(
  c: Context<AppContext>,
  of: { readonly userId?: string | undefined; readonly provider?: string | undefined },
): CheckupPorts {
  const closedSince = Date.now() - CLOSED_ROWS_MET_MS;
  return {
    now: Date.now,
    readPage: (afterId, limit) => readSweepPage(c.env, { ...of, afterId, limit, closedSince }),
    rowsOf: (ids) => readInstanceRows(c.env, ids),
    ask: (row, live) => askInstance(c, row, live),
  };
}

/** For the owner whom the row names: nobody else may ask. */
async function askInstance(
  c: Context<AppContext>,
  { id: instanceId, userId }: InstanceRow,
  live: boolean,
): Promise<Result<CheckupFacts | null> | null> {
  const actor: Actor = { kind: 'api', id: c.get('apiKey').name };
  const caller = { v: 1, instanceId, userId, actor, requestId: c.get('requestId') } as const;
  const stub: unknown = c.env.INSTANCE.getByName(instanceId);
  try {
    const answer = (stub as InstanceRpc).checkUp({ caller, live });
    return await inTime<Result<CheckupFacts | null> | null>(answer, ANSWER_TIMEOUT_MS, () => null);
  } catch {
    return null;
  }
}

function refuseWithoutRegistry(error: unknown): never {
  if (!(error instanceof RegistryUnavailable)) throw error;
  throw new ApiError(
    'registry_unavailable',
    'Postgres does not answer, so that nobody can tell which instances there are. Ask again later; each instance goes on, and answers by its own id.',
  );
}
