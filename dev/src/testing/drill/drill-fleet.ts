/** The fleet of a drill: what is at rest when the backup is made, what is at work, and what changes afterwards. */
import { setTimeout as delay } from 'node:timers/promises';
import type { PlatformClient } from '@kiloclaw/platform-contract';
import { act, newTarget, provision, type Target } from '../fleet.ts';

const WAIT_S = 60;
const ADMIN = { kind: 'admin', id: 'drill-admin' } as const;
const BETWEEN_MS = 50;
/** A drill is over long before. */
const ROUNDS_MOST = 500;

export const ENV = { COLOUR: 'red' };
export const SECRETS = { TOKEN: 'secret-of-the-drill' };

export interface DrillFleet {
  /** Left alone from before the backup to the end: all of it must be as it was. */
  readonly resting: Readonly<Record<'running' | 'stopped' | 'lent' | 'grown' | 'destroyed', Target>>;
  /** At work while the backup is made. */
  readonly busy: readonly Target[];
  /** Stopped after the backup. */
  readonly changed: Target;
  /** Destroyed after the backup. */
  readonly ended: Target;
  /** Made after the backup: nothing that is restored knows of it. */
  readonly unknown: Target;
}

export function newDrillFleet(): DrillFleet {
  return {
    resting: {
      running: newTarget('alice'),
      stopped: newTarget('bob'),
      lent: newTarget('carol'),
      grown: newTarget('dan'),
      destroyed: newTarget('erin'),
    },
    busy: [newTarget('frank'), newTarget('grace')],
    changed: newTarget('heidi'),
    ended: newTarget('ivan'),
    unknown: newTarget('judy'),
  };
}

export async function makeFleet(client: PlatformClient, fleet: DrillFleet): Promise<void> {
  const { resting, busy, changed, ended } = fleet;
  const { running, stopped, lent, grown, destroyed } = resting;
  const configured = { ...running, provider: 'fly', env: ENV, secrets: SECRETS } as const;
  await client.call('provision', configured, { waitS: WAIT_S });
  for (const target of [stopped, lent, grown, destroyed, ...busy, changed, ended])
    await provision(client, target);
  await act(client, 'stop', stopped);
  await act(client, 'destroy', destroyed);
  await client.call(
    'setSizeOverride',
    { ...lent, actor: ADMIN, preset: 'perf-4-8', reason: 'out of memory', apply: 'now' },
    { waitS: WAIT_S },
  );
  await client.call('extendVolume', { ...grown, targetSizeGb: 25 }, { waitS: WAIT_S });
}

/** Stops and starts until told to end; answers what ends it, and how often it went round. */
export function keepBusy(client: PlatformClient, targets: readonly Target[]): () => Promise<number> {
  const ending = new AbortController();
  let rounds = 0;
  const turn = async (target: Target) => {
    for (let round = 0; round < ROUNDS_MOST && !ending.signal.aborted; round += 1) {
      await act(client, 'stop', target);
      await act(client, 'start', target);
      rounds += 1;
      await delay(BETWEEN_MS);
    }
  };
  const all = Promise.all(targets.map(turn));
  // Whoever ends it hears of a failure; before that it must not end the process.
  all.catch(() => undefined);
  return async () => {
    ending.abort();
    await all;
    return rounds;
  };
}

/** What happens between the backup and the loss. */
export async function moveOn(client: PlatformClient, { changed, ended, unknown }: DrillFleet): Promise<void> {
  await act(client, 'stop', changed);
  await act(client, 'destroy', ended);
  await provision(client, unknown);
}
