/** The keys: which one asks, and those of the encryption at rest over the fleet. */
import { RegistryUnavailable } from '@kiloclaw/db';
import { type Actor, ROUTES, type SealingPage, type WhoamiView } from '@kiloclaw/platform-contract';
import type { Context, Hono } from 'hono';
import { ApiError } from '../http/api-error.ts';
import type { AppContext } from '../http/context.ts';
import { readInput } from '../http/input.ts';
import { ownedInstance } from '../http/instance-access.ts';
import { inTime } from '../in-time.ts';
import { fleetJournal } from '../registry/fleet-journal.ts';
import { readSweepPage } from '../registry/registry-reader.ts';
import { pageOfSealing, type SealingTarget } from '../sealing/sealing-page.ts';
import { CLOSED_ROWS_MET_MS } from '../sweep/sweep.ts';

const ASK_TIMEOUT_MS = 10_000;

export function keyRoutes(app: Hono<AppContext>): void {
  app.get(ROUTES.whoami.path, async (c) => {
    await readInput(c, 'whoami');
    const { name, scope } = c.get('apiKey');
    return c.json({ name, scope } satisfies WhoamiView);
  });

  app.get(ROUTES.sealingKeys.path, async (c) => {
    const { cursor = null, limit } = await readInput(c, 'sealingKeys');
    return c.json(await orUnavailable(() => sealing(c, { cursor, limit, actor: null })));
  });

  app.post(ROUTES.reseal.path, async (c) => {
    const {
      cursor = null,
      limit,
      actor = { kind: 'api' as const, id: c.get('apiKey').name },
    } = await readInput(c, 'reseal');
    const asked = { cursor, limit };
    const journal = fleetJournal(c.env, { action: 'reseal', actor, requestId: c.get('requestId'), asked });
    return c.json(
      await orUnavailable(async () => {
        // No act without its row: where Postgres is away, nothing is sealed anew.
        await journal('requested', {});
        const page = await sealing(c, { cursor, limit, actor });
        const { failed, ...counts } = page;
        await journal(failed.length === 0 ? 'succeeded' : 'failed', { ...counts, failed: failed.length });
        return page;
      }),
    );
  });
}

/** Seals anew where there is somebody who has asked for it. */
async function sealing(
  c: Context<AppContext>,
  { cursor, limit, actor }: { cursor: string | null; limit: number; actor: Actor | null },
): Promise<SealingPage> {
  const closedSince = Date.now() - CLOSED_ROWS_MET_MS;
  const [current] = c.get('settings').KILOCLAW_ENCRYPTION_KEYS;
  const ask = ({ instanceId, userId }: SealingTarget) => {
    const instance = ownedInstance(c, { instanceId, userId, ...(actor !== null && { actor }) });
    const asked = instance.ask((rpc, caller) => rpc.sealing({ caller, reseal: actor !== null }));
    return inTime(asked, ASK_TIMEOUT_MS, () => {
      throw new ApiError('overloaded', 'The instance did not answer in time.');
    });
  };
  return pageOfSealing(
    {
      currentKeyId: current?.id ?? '',
      readPage: async () =>
        (await readSweepPage(c.env, { afterId: cursor, limit, closedSince })).map(({ id, userId }) => ({
          instanceId: id,
          userId,
        })),
      ask,
      codeOf: (error) => (error instanceof ApiError ? error.failure.code : 'internal_error'),
    },
    limit,
  );
}

async function orUnavailable<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RegistryUnavailable)) throw error;
    throw new ApiError(
      'registry_unavailable',
      'Postgres does not answer, so that nobody can tell which instances there are. Ask for the same page again later.',
    );
  }
}
