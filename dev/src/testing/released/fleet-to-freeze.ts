/** Brings the fleet of a release into the conditions that its successor must be able to take over, beside the demo's. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runningPostgresUrl } from '@kiloclaw/db/embedded';
import { PlatformApiError, type PlatformClient } from '@kiloclaw/platform-contract';
import { act, provision, type Target } from '../fleet.ts';
import { createFlyControl, type FlyControl } from '../fly-control.ts';
import { withRegistry } from '../registry.ts';
import type { ReadyStack, StackFolder } from '../stack-process.ts';

const WAIT_S = 60;
const ADMIN = { kind: 'admin', id: 'support-1' } as const;
const HELD_TIMEOUT_MS = 30_000;
const UNTIL_TIMEOUT_MS = 5 * 60_000;
const POLL_MS = 500;
const STOP_ROUTE = 'POST /v1/apps/{app}/machines/{machine}/stop';
const DELETE_ROUTE = 'DELETE /v1/apps/{app}/machines/{machine}';

/** What is frozen beside the demo fleet, by owner. */
const OWNERS = ['peggy', 'quinn', 'rupert', 'sybil', 'trent', 'ursula', 'victor', 'walter'] as const;
type Owner = (typeof OWNERS)[number];
type Targets = Readonly<Record<Owner, Target>>;

export interface FreezeSite {
  readonly folder: StackFolder;
  readonly ready: ReadyStack;
}

function newTargets(): Targets {
  const entries = OWNERS.map((userId) => [userId, { userId, instanceId: randomUUID() }] as const);
  return Object.fromEntries(entries) as Record<Owner, Target>;
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + UNTIL_TIMEOUT_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Not within ${UNTIL_TIMEOUT_MS} ms: ${what}`);
    await delay(POLL_MS);
  }
}

/** Those that come to rest: configured, resized while stopped, at another provider, deleted, grown. */
async function settleFleet(client: PlatformClient, targets: Targets): Promise<void> {
  const { peggy, quinn, rupert, sybil, trent, ursula, victor, walter } = targets;
  await client.call(
    'provision',
    {
      ...peggy,
      provider: 'fly',
      userEmail: 'peggy@example.com',
      env: { COLOUR: 'red' },
      secrets: { TOKEN: 'secret-of-peggy' },
    },
    { waitS: WAIT_S },
  );
  for (const target of [quinn, rupert, sybil, victor, walter]) await provision(client, target);
  await provision(client, ursula, { provider: 'northflank', instanceType: 'perf-4-8' });
  await provision(client, trent);
  await act(client, 'stop', trent);
  await client.call('resize', { ...trent, targetTier: 'perf-4-8' }, { waitS: WAIT_S });
  await client.call('extendVolume', { ...walter, targetSizeGb: 25 }, { waitS: WAIT_S });
  await refused(client.call('status', { ...walter, userId: 'mallory' }));
  const body = { userId: victor.userId, actor: ADMIN };
  await until('victor is deleted', async () => (await client.call('scrubPerson', body)).body.isFinished);
}

async function refused(call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PlatformApiError)) throw new Error('A stranger was answered.');
}

/** A destroy that Fly fails again and again. */
async function getStuck(client: PlatformClient, control: FlyControl, target: Target): Promise<void> {
  await control.failRoute(DELETE_ROUTE);
  await client.call('destroy', target, { waitS: 0 });
  await until('the destroy is stuck', async () => {
    const { items } = (await client.call('operations', target)).body;
    return items.some(({ operation }) => operation.status === 'stuck');
  });
}

/** A restart whose stop was asked for, and whose answer has not come. */
async function getHeld(client: PlatformClient, control: FlyControl, target: Target): Promise<void> {
  const fault = await control.arm({ route: STOP_ROUTE, nth: 1, kind: 'hold_after' });
  await client.call('restart', target, { waitS: 0 });
  await control.untilHeld(fault, HELD_TIMEOUT_MS);
}

/**
 * Makes them, and runs `atLast` while one destroy is stuck, one restart is under way, and one stop is owed to a
 * registry that does not answer: the stack is to be killed in there. Answers who has what.
 */
export async function withFleetToFreeze(
  { folder, ready }: FreezeSite,
  atLast: (targets: readonly Target[]) => Promise<void>,
): Promise<void> {
  const { client, endpoints } = ready;
  if (endpoints.flySimulator === null)
    throw new Error('The fleet of a release is made at the Fly simulator.');
  const control = createFlyControl(endpoints.flySimulator.controlUrl);
  const targets = newTargets();
  await settleFleet(client, targets);
  await getStuck(client, control, targets.sybil);
  await getHeld(client, control, targets.quinn);
  const port = Number(new URL(`postgres://${endpoints.database}`).port);
  const ownerUrl = await runningPostgresUrl(join(folder.dataDir, 'postgres'), port);
  await withRegistry(ownerUrl, (db) =>
    db
      .transaction(async (transaction) => {
        await transaction.execute('LOCK TABLE kiloclaw_instances, audit_log, users IN ACCESS EXCLUSIVE MODE');
        await act(client, 'stop', targets.rupert);
        await atLast(Object.values(targets));
      })
      // Postgres was killed with the rest.
      .catch((error: unknown) => {
        if (
          !(
            error instanceof Error &&
            /CONNECTION|ECONN|terminat/i.test(`${error.message} ${String(error.cause)}`)
          )
        )
          throw error;
      }),
  );
}
