/** One look at the machine, in the contract's words. */

import { isKind } from '../adapter-error.ts';
import type { MachineObservation, MachineWait, ObservedMachineState } from '../provider.ts';
import { sizeSourceOf, TAG } from '../tags.ts';
import type { Fly } from './apps.ts';
import { hasReason } from './errors.ts';
import { parseMachineSizeFromFlyGuest } from './guest.ts';
import { mountedVolumeIdOf, servicePortOf } from './machine-config.ts';
import { outOfMemoryAtMs } from './machine-events.ts';
import { tagsOfMachine } from './machine-owner.ts';
import { getMachine } from './machines.ts';
import type { FlyResources } from './names.ts';
import { ROUTES } from './routes.ts';
import type { Machine } from './schemas.ts';

/** Fly waits whole seconds, and no longer than this in one call. */
const WAIT_MOST_S = 60;
/** What the answer to a wait may take beyond the wait itself. */
const WAIT_ANSWER_MS = 5_000;
/** The recorded version, and one that has replaced it. */
const VERSIONS_MOST = 2;

/** A new machine that has not begun to launch by then is at rest, and takes a start: Fly's own mark for "stuck". */
const CREATED_PASSES_MS = 5 * 60_000;

const STATES: Readonly<Record<string, ObservedMachineState>> = {
  started: 'running',
  stopped: 'stopped',
  suspended: 'stopped',
  failed: 'failed',
  creating: 'transient',
  starting: 'transient',
  stopping: 'transient',
  restarting: 'transient',
  suspending: 'transient',
  replacing: 'transient',
  updating: 'transient',
  destroying: 'transient',
  launch_failed: 'transient',
};

/**
 * `created` is where every new machine begins on its way to `started`, and where one that was not to be launched stays;
 * the word is the same, so that its age decides.
 */
export function observedStateOf(
  { state, updated_at, created_at }: Machine,
  nowMs: number,
): ObservedMachineState {
  if (state !== 'created') return Object.hasOwn(STATES, state) ? (STATES[state] ?? 'unknown') : 'unknown';
  const sinceMs = Date.parse(updated_at ?? created_at ?? '');
  return nowMs - sinceMs >= CREATED_PASSES_MS ? 'stopped' : 'transient';
}

const WAIT_STATES = { running: 'started', stopped: 'stopped', settled: 'settled' } as const;

/** Waits at Fly, where that is asked for and worth a call, then reads. Null: no machine recorded, or it is gone. */
export async function observeMachine(
  fly: Fly,
  own: FlyResources,
  wait?: MachineWait,
): Promise<MachineObservation | null> {
  const { appName, machineId } = own;
  if (machineId === null) return null;
  const untilMs = fly.now() + (wait?.waitMs ?? 0);
  let version = own.machineVersion;
  for (let versions = 1; ; versions += 1) {
    const isReplaced =
      wait !== undefined &&
      (await isReplacedWhileWaiting(fly, own, version, { ...wait, waitMs: untilMs - fly.now() }));
    const machine = await getMachine(fly, appName, machineId);
    if (machine === null) return null;
    // A version that is no more is waited for in vain: its successor is.
    if (!isReplaced || machine.version === version || versions >= VERSIONS_MOST)
      return observationOf(machine, appName, fly.now());
    version = machine.version;
  }
}

/** Waits at Fly; true where the version waited for is not the machine's any more. */
async function isReplacedWhileWaiting(
  { client }: Fly,
  { appName, machineId }: FlyResources,
  version: string | null,
  { until, waitMs }: MachineWait,
): Promise<boolean> {
  const timeoutS = Math.min(Math.floor(waitMs / 1_000), WAIT_MOST_S);
  // Without the version, Fly refuses a wait for `stopped`, and may take an older version's state for the answer.
  if (timeoutS < 1 || machineId === null || version === null) return false;
  const state = WAIT_STATES[until];
  try {
    await client.ask(ROUTES.waitForMachine, {
      params: { app: appName, machine: machineId },
      query: { state, instance_id: version, timeout: String(timeoutS) },
      timeoutMs: timeoutS * 1_000 + WAIT_ANSWER_MS,
      tries: 1,
    });
  } catch (error) {
    if (hasReason(error, 'version_replaced')) return true;
    // Not there in time (408), or gone: the read that follows tells.
    if (!isKind(error, 'unavailable', 'not_found', 'precondition', 'conflict', 'invalid')) throw error;
  }
  return false;
}

export function observationOf(machine: Machine, appName: string, nowMs: number): MachineObservation {
  const tags = tagsOfMachine(machine) ?? {};
  const { config } = machine;
  const port = config === null ? null : servicePortOf(config);
  return {
    machineId: machine.id,
    state: observedStateOf(machine, nowMs),
    size: config === null ? null : parseMachineSizeFromFlyGuest(config.guest),
    sizeSource: sizeSourceOf(tags),
    configurationFingerprint: tags[TAG.configuration] ?? null,
    // A new app has no public address; this one holds within the app's own private network.
    endpoint: port === null ? null : `http://${machine.id}.vm.${appName}.internal:${port}`,
    mountedVolumeId: config === null ? null : mountedVolumeIdOf(config),
    outOfMemoryAtMs: outOfMemoryAtMs(machine),
  };
}
