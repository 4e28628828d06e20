/**
 * The slow sweep: walks the registry and pokes each live instance, so that none sleeps for ever for want of an alarm,
 * one that lost its storage is brought back, and a row that is not the object's is written anew.
 */
import type { Env } from './env.ts';
import { inTime } from './in-time.ts';
import type { InstanceRpc, SweepAnswer } from './instance/instance-rpc.ts';
import { createLog } from './log.ts';
import { readSweepPage } from './registry/registry-reader.ts';

const PAGE_ROWS = 500;
const PAGES_MOST = 2_000;
/** Objects that one sweep wakes at once: their start must not crowd out anybody's request. */
const POKES_AT_ONCE = 20;
const POKE_TIMEOUT_MS = 30_000;

const log = createLog('sweep');

type SweptRow = Awaited<ReturnType<typeof readSweepPage>>[number];

export interface SweepSummary {
  readonly instances: number;
  readonly alarmsRepaired: number;
  readonly rowsDiffered: number;
  /** Refused, or without an answer. */
  readonly failed: number;
}

/** Walks the whole registry once. One instance that fails keeps no other from its turn. Throws where Postgres is away. */
export async function sweepFleet(env: Env): Promise<SweepSummary> {
  const answers: (SweepAnswer | null)[] = [];
  let afterId: string | null = null;
  for (let page = 0; page < PAGES_MOST; page += 1) {
    const rows: SweptRow[] = await readSweepPage(env, afterId, PAGE_ROWS);
    for (let first = 0; first < rows.length; first += POKES_AT_ONCE) {
      const some = rows.slice(first, first + POKES_AT_ONCE);
      answers.push(...(await Promise.all(some.map((row) => poke(env, row)))));
    }
    afterId = rows.at(-1)?.id ?? null;
    if (rows.length < PAGE_ROWS) return summed(answers);
  }
  log.error('the sweep ended before the registry did', { pages: PAGES_MOST });
  return summed(answers);
}

async function poke(env: Env, { id, userId, registryVersion }: SweptRow): Promise<SweepAnswer | null> {
  const actor = { kind: 'system', id: 'sweep' } as const;
  const caller = { v: 1, instanceId: id, userId, actor, requestId: crypto.randomUUID() } as const;
  const stub: unknown = env.INSTANCE.getByName(id);
  try {
    const swept = (stub as InstanceRpc).sweep({ caller, rowVersion: registryVersion });
    const answer = await inTime(swept, POKE_TIMEOUT_MS, () => {
      throw new Error(`no answer within ${POKE_TIMEOUT_MS / 1000} s`);
    });
    if (answer.ok) return answer.value;
    log.error('instance not swept', { instanceId: id, code: answer.error.code });
  } catch (error) {
    log.error('instance not swept', { instanceId: id, message: String(error) });
  }
  return null;
}

function summed(answers: readonly (SweepAnswer | null)[]): SweepSummary {
  const summary = {
    instances: answers.length,
    alarmsRepaired: answers.filter((answer) => answer?.alarmRepaired).length,
    rowsDiffered: answers.filter((answer) => answer?.rowDiffered).length,
    failed: answers.filter((answer) => answer === null).length,
  };
  log.info('registry swept', { ...summary });
  return summary;
}
