/**
 * The drill: a fleet at work is backed up, everything is lost, and what was restored is compared with what was there and
 * with what the provider has. It finds out whether a backup can be restored before somebody has to know.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { auditLog } from '@kiloclaw/db';
import { type DebugView, PlatformApiError, type PlatformClient } from '@kiloclaw/platform-contract';
import { signInStatus } from '../console-sign-in.ts';
import { act, debugView, FlyResourcesSchema, type Target, truthOf } from '../fleet.ts';
import { registryUrlOf, withRegistry } from '../registry.ts';
import type { ReadyStack } from '../stack-process.ts';
import { type DrillFleet, ENV, keepBusy, makeFleet, moveOn, newDrillFleet, SECRETS } from './drill-fleet.ts';
import type { DrillSite } from './drill-site.ts';
import { changedFields } from './steady-view.ts';

const LOOKS_MOST = 120;
const LOOK_AGAIN_MS = 500;
const BUSY_BEFORE_BACKUP_MS = 1_500;
const ON_ITS_WAY_OUT = /destroy/;

/** One thing that was looked at; `wrong` is null where it is as it must be. */
export interface DrillCheck {
  readonly what: string;
  readonly wrong: string | null;
}

interface Before {
  readonly fleet: DrillFleet;
  readonly views: ReadonlyMap<string, DebugView>;
  /** Ids of what the provider had right before the loss. */
  readonly truth: readonly string[];
  readonly auditIds: readonly string[];
}

async function auditIdsOf(site: DrillSite, ready: ReadyStack): Promise<string[]> {
  const rows = await withRegistry(await registryUrlOf(site.folder, ready), (db) =>
    db.select({ id: auditLog.id }).from(auditLog),
  );
  return rows.map(({ id }) => id);
}

/** Machines and volumes, by id: none may be made or deleted by a restore. */
async function truthAtProvider({ control }: DrillSite): Promise<string[]> {
  const { machines, volumes } = await control.state();
  return [...machines, ...volumes]
    .filter(({ state }) => !ON_ITS_WAY_OUT.test(state))
    .map(({ id }) => id)
    .sort();
}

/** Makes a fleet, backs it up while part of it is at work, lets the world go on, and loses everything. */
export async function backUpAndLose(site: DrillSite): Promise<Before> {
  const ready = await site.start();
  const { client } = ready;
  const fleet = newDrillFleet();
  await makeFleet(client, fleet);
  const targets = Object.values(fleet.resting);
  const views = new Map<string, DebugView>();
  for (const target of targets) views.set(target.instanceId, await debugView(client, target));
  const endWork = keepBusy(client, fleet.busy);
  await delay(BUSY_BEFORE_BACKUP_MS);
  const auditIds = await auditIdsOf(site, ready);
  await site.backUp();
  await endWork();
  await moveOn(client, fleet);
  const truth = await truthAtProvider(site);
  await site.loseEverything();
  return { fleet, views, truth, auditIds };
}

/** Looks at an instance until it is as it must be, or for long enough. */
async function untilSeen(
  client: PlatformClient,
  target: Target,
  isSo: (view: DebugView) => boolean,
): Promise<DebugView> {
  for (let look = 1; ; look += 1) {
    const { body } = await client.call('debugStatus', { ...target, live: 'true' });
    if (isSo(body) || look === LOOKS_MOST) return body;
    await delay(LOOK_AGAIN_MS);
  }
}

/** Everything that was at rest, field by field. */
async function checkResting(client: PlatformClient, { fleet, views }: Before): Promise<DrillCheck[]> {
  const checks = Object.entries(fleet.resting).map(async ([condition, target]): Promise<DrillCheck> => {
    const before = views.get(target.instanceId);
    const after = await debugView(client, target);
    const changed = before === undefined ? ['all of it'] : changedFields(before, after);
    return {
      what: `the instance that is ${condition} reads as before`,
      wrong: changed.length === 0 ? null : `it differs in ${changed.join(', ')}`,
    };
  });
  return Promise.all(checks);
}

/** What was at work comes to rest on the machine that it had. */
async function checkBusy(site: DrillSite, client: PlatformClient, { fleet }: Before): Promise<DrillCheck[]> {
  const checks = fleet.busy.map(async (target, index): Promise<DrillCheck> => {
    const view = await untilSeen(client, target, ({ operation }) => operation === null);
    const { appName, machineId } = FlyResourcesSchema.parse(view.providerState);
    const state = await site.control.state();
    const { machines } = truthOf(state, appName);
    const real = state.machines.find(({ id }) => id === machineId)?.state;
    const isCoherent = real === (view.status === 'running' ? 'started' : view.status);
    const isOne = machines.length === 1 && machines[0] === machineId;
    const wrong = `it is ${view.status}, with the machine ${machineId}; there are ${machines.join(', ')} (${real})`;
    return {
      what: `the instance at work (${index + 1}) comes to rest on its machine`,
      wrong: view.operation === null && isCoherent && isOne ? null : wrong,
    };
  });
  return Promise.all(checks);
}

/** What has changed since the backup is seen, and nobody acts on it. */
async function checkChangedSince(client: PlatformClient, { fleet }: Before): Promise<DrillCheck[]> {
  const { changed, ended, unknown } = fleet;
  const stopped = await untilSeen(client, changed, ({ status }) => status === 'stopped');
  const bereft = await untilSeen(client, ended, ({ drift }) => drift.length > 0);
  const answer = await client.call('status', unknown).catch((error: unknown) => error);
  const isUnknown = answer instanceof PlatformApiError && answer.code === 'instance_not_found';
  return [
    {
      what: 'an instance that was stopped since is seen to be stopped',
      wrong: stopped.status === 'stopped' ? null : `it is ${stopped.status}`,
    },
    {
      what: 'an instance that was destroyed since shows what it lacks',
      wrong: bereft.drift.length > 0 ? null : 'it has no finding',
    },
    {
      what: 'an instance that was made since is nobody’s',
      wrong: isUnknown ? null : 'it answers',
    },
  ];
}

async function checkSignIn(site: DrillSite, ready: ReadyStack): Promise<DrillCheck> {
  const status = await signInStatus(site.folder, ready);
  return {
    what: 'the admin signs in with the password from before',
    wrong: status === 200 ? null : `the answer is ${status}`,
  };
}

/** After a restart: its environment is opened and handed to the provider again. */
async function checkSecrets(site: DrillSite, client: PlatformClient, target: Target): Promise<DrillCheck> {
  await act(client, 'restart', target);
  const { machineId } = FlyResourcesSchema.parse((await debugView(client, target)).providerState);
  const machine = (await site.control.state()).machines.find(({ id }) => id === machineId);
  const given = machine?.config.env ?? {};
  const missing = Object.entries({ ...ENV, ...SECRETS }).filter(([name, value]) => given[name] !== value);
  return {
    what: 'environment and secrets open, and reach the machine at a restart',
    wrong: missing.length === 0 ? null : `${missing.map(([name]) => name).join(', ')} did not`,
  };
}

async function checkTruth(site: DrillSite, { truth }: Before): Promise<DrillCheck> {
  const now = await truthAtProvider(site);
  const gone = truth.filter((id) => !now.includes(id));
  const made = now.filter((id) => !truth.includes(id));
  return {
    what: 'nothing was made or deleted at the provider',
    wrong: gone.length + made.length === 0 ? null : `made ${made.join(', ')}; deleted ${gone.join(', ')}`,
  };
}

async function checkAudit(site: DrillSite, ready: ReadyStack, { auditIds }: Before): Promise<DrillCheck> {
  const now = new Set(await auditIdsOf(site, ready));
  const lost = auditIds.filter((id) => !now.has(id));
  return {
    what: `every audit row from before the backup is there (${auditIds.length})`,
    wrong: lost.length === 0 ? null : `${lost.length} are lost`,
  };
}

/** The checkup of the whole fleet, each instance with a look at the provider: only what was destroyed since lacks anything. */
async function checkUp(client: PlatformClient, { fleet }: Before): Promise<DrillCheck> {
  const { body } = await client.call('checkup', { live: 'true' });
  const found = body.instances
    .filter(({ instanceId }) => instanceId !== fleet.ended.instanceId)
    .map(({ userId, findings }) => `${userId}: ${findings.map(({ kind }) => kind).join(', ')}`);
  return {
    what: `the doctor finds nothing on ${body.checkedCount} instances but what was destroyed since`,
    wrong: found.length === 0 ? null : found.join('; '),
  };
}

/** Restores, starts, and looks at everything. */
export async function restoreAndCompare(site: DrillSite, before: Before): Promise<DrillCheck[]> {
  await site.restore();
  const ready = await site.start();
  const { client } = ready;
  return [
    ...(await checkResting(client, before)),
    ...(await checkBusy(site, client, before)),
    ...(await checkChangedSince(client, before)),
    await checkAudit(site, ready, before),
    await checkSignIn(site, ready),
    await checkSecrets(site, client, before.fleet.resting.running),
    await checkTruth(site, before),
    await checkUp(client, before),
  ];
}
