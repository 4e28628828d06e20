/**
 * The slow sweep: walks the registry and pokes each instance, so that none sleeps for ever for want of an alarm, one
 * that lost its storage is brought back, and a row that is not the object's is written anew.
 */
import type { InstanceRow } from '@kiloclaw/db';
import type { Env } from '../env.ts';
import { inTime } from '../in-time.ts';
import type { InstanceRpc, SweepAnswer } from '../instance/instance-rpc.ts';
import { createLog } from '../log.ts';
import { readSweepPage } from '../registry/registry-reader.ts';
import { readSettings } from '../settings.ts';
import { runSweep, type SweepSummary } from './sweep-run.ts';

const POKE_TIMEOUT_MS = 30_000;
/** As long as a destroyed instance's object keeps its record: it knows whether the row was closed by it. */
export const CLOSED_ROWS_MET_MS = 30 * 24 * 60 * 60_000;
const KEEPER = 'fleet';

const log = createLog('sweep');

/** One run, as the cron and the local clock make it. Throws where Postgres is away. */
export function sweepFleet(env: Env): Promise<SweepSummary> {
  const keeper = env.SWEEP_KEEPER.getByName(KEEPER);
  const closedSince = Date.now() - CLOSED_ROWS_MET_MS;
  return runSweep(
    {
      now: () => Date.now(),
      place: { read: () => keeper.read(), keep: (place) => keeper.keep(place) },
      readPage: (afterId, limit) => readSweepPage(env, { afterId, limit, closedSince }),
      poke: (row) => poke(env, row),
      log,
    },
    readSettings(env).KILOCLAW_SWEEP_S * 1000,
  );
}

async function poke(env: Env, row: InstanceRow): Promise<SweepAnswer | null> {
  const { id, userId } = row;
  const actor = { kind: 'system', id: 'sweep' } as const;
  const caller = { v: 1, instanceId: id, userId, actor, requestId: crypto.randomUUID() } as const;
  const stub: unknown = env.INSTANCE.getByName(id);
  try {
    const swept = (stub as InstanceRpc).sweep({ caller, row });
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
