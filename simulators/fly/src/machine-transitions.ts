import type { AppDocument, MachineRecord, VolumeRecord } from './documents.ts';
import { recordEvent } from './events.ts';
import type { Settings } from './settings.ts';

/** States in which a machine rests; `settled` in a wait means any of these. */
export const RESTING_STATES = ['created', 'started', 'stopped', 'suspended', 'failed'];

type Step = { state: string; afterMs: number };
type Source = 'user' | 'flyd';

// What a process leaves behind that was asked to stop, to come up again or not, and one that never came up.
const STOPPED = {
  exitCode: 0,
  signal: 0,
  isOutOfMemory: false,
  isRequested: true,
  isRestarting: false,
  restartCount: 0,
};
const RESTARTED = { ...STOPPED, isRestarting: true };
const BOOT_FAILURE = { ...STOPPED, exitCode: 1, isRequested: false, restartCount: 1 };

/** The type of the event by which a machine comes into a state. */
const EVENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['created', 'launch'],
  ['starting', 'start'],
  ['started', 'start'],
  ['stopping', 'stop'],
  ['restarting', 'restart'],
  ['suspending', 'suspend'],
  ['suspended', 'suspend'],
  ['replacing', 'update'],
  ['destroying', 'destroy'],
  ['destroyed', 'destroy'],
]);

/** Puts the machine into `state` now and into each step's state after its delay, one after the other. */
function schedule(
  machine: MachineRecord,
  nowMs: number,
  state: string,
  steps: Step[],
  source: Source = 'user',
): void {
  let dueAtMs = nowMs;
  const type = EVENT_TYPES.get(state);
  if (type !== undefined) recordEvent(machine, { type, status: state, source, timestampMs: nowMs });
  machine.state = state;
  machine.updatedAtMs = nowMs;
  machine.upcoming = steps.map((step) => {
    dueAtMs += step.afterMs;
    return { state: step.state, dueAtMs };
  });
}

/** Where a launch ends. */
const launched = (settings: Settings): string => (settings.launchFails ? 'failed' : 'started');

/** created → starting → started; with `skipLaunch` it stays created, but takes the same time to be ready. */
export function beginCreate(
  machine: MachineRecord,
  nowMs: number,
  settings: Settings,
  skipLaunch: boolean,
): void {
  const launch = [
    { state: 'starting', afterMs: settings.createMs },
    { state: launched(settings), afterMs: settings.startMs },
  ];
  const ready = [{ state: 'created', afterMs: settings.createMs }];
  schedule(machine, nowMs, 'created', skipLaunch ? ready : launch);
}

/** starting → started */
export function beginStart(
  machine: MachineRecord,
  nowMs: number,
  settings: Settings,
  source: Source = 'user',
): void {
  const steps = [{ state: launched(settings), afterMs: settings.startMs }];
  schedule(machine, nowMs, 'starting', steps, source);
}

/** stopping → stopped */
export function beginStop(machine: MachineRecord, nowMs: number, settings: Settings): void {
  schedule(machine, nowMs, 'stopping', [{ state: 'stopped', afterMs: settings.stopMs }]);
}

/** suspending → suspended */
export function beginSuspend(machine: MachineRecord, nowMs: number, settings: Settings): void {
  schedule(machine, nowMs, 'suspending', [{ state: 'suspended', afterMs: settings.suspendMs }]);
}

/** restarting → started */
export function beginRestart(machine: MachineRecord, nowMs: number, settings: Settings): void {
  schedule(machine, nowMs, 'restarting', [{ state: 'started', afterMs: settings.restartMs }]);
}

/** replacing → what it was. The documentation's "launched after update" does not hold for a machine that was down. */
export function beginReplace(
  machine: MachineRecord,
  nowMs: number,
  settings: Settings,
  skipLaunch: boolean,
): void {
  const before = machine.state;
  const after = before === 'started' && skipLaunch ? 'stopped' : before;
  schedule(machine, nowMs, 'replacing', [{ state: after, afterMs: settings.updateMs }]);
}

/** destroying → destroyed; gone after the tombstone. */
export function beginDestroy(machine: MachineRecord, nowMs: number, settings: Settings): void {
  schedule(machine, nowMs, 'destroying', [{ state: 'destroyed', afterMs: settings.destroyMs }]);
}

/** Ends any running transition in this state; `destroyed` runs its usual course from there. */
export function forceState(machine: MachineRecord, nowMs: number, state: string): void {
  schedule(machine, nowMs, state, state === 'destroyed' ? [{ state, afterMs: 0 }] : [], 'flyd');
}

function recordArrival(machine: MachineRecord, from: string, timestampMs: number): void {
  const event = { source: 'flyd' as const, timestampMs };
  const { state } = machine;
  if (from === 'stopping' || from === 'restarting') {
    const exit = from === 'stopping' ? STOPPED : RESTARTED;
    recordEvent(machine, { ...event, type: 'exit', status: 'stopped', exit });
    if (from === 'stopping') return;
  }
  if (from === 'replacing') recordEvent(machine, { ...event, type: 'update', status: 'replaced' });
  if (state === 'failed') recordEvent(machine, { ...event, type: 'exit', status: state, exit: BOOT_FAILURE });
  const type = EVENT_TYPES.get(state);
  if (type !== undefined) recordEvent(machine, { ...event, type, status: state });
}

function advanceMachine(
  machine: MachineRecord,
  volumes: VolumeRecord[],
  nowMs: number,
  settings: Settings,
): boolean {
  const due = machine.upcoming.filter((step) => step.dueAtMs <= nowMs);
  for (const step of due) {
    const from = machine.state;
    machine.state = step.state;
    machine.updatedAtMs = step.dueAtMs;
    recordArrival(machine, from, step.dueAtMs);
    if (step.state !== 'destroyed') continue;
    machine.goneAtMs = step.dueAtMs + settings.tombstoneMs;
    for (const volume of volumes) {
      if (volume.attachedMachineId === machine.id) volume.unbindAtMs = step.dueAtMs + settings.unbindLagMs;
    }
  }
  machine.upcoming = machine.upcoming.slice(due.length);
  return due.length > 0;
}

const isDue = (atMs: number | null, nowMs: number): boolean => atMs !== null && atMs <= nowMs;

function advanceVolume(volume: VolumeRecord, nowMs: number): boolean {
  const isUnbound = isDue(volume.unbindAtMs, nowMs);
  if (isUnbound) {
    volume.attachedMachineId = null;
    volume.unbindAtMs = null;
  }
  const isFilled = isDue(volume.filledAtMs, nowMs);
  if (isFilled) {
    volume.filledAtMs = null;
    // One that was deleted meanwhile stays so.
    if (volume.goneAtMs === null) volume.state = 'created';
  }
  return isUnbound || isFilled;
}

/** Applies everything that is due by now; answers whether anything changed. */
export function advance(document: AppDocument, nowMs: number, settings: Settings): boolean {
  let changed = false;
  for (const machine of document.machines) {
    changed = advanceMachine(machine, document.volumes, nowMs, settings) || changed;
  }
  for (const volume of document.volumes) changed = advanceVolume(volume, nowMs) || changed;
  const machines = document.machines.filter((machine) => !isDue(machine.goneAtMs, nowMs));
  const volumes = document.volumes.filter((volume) => !isDue(volume.goneAtMs, nowMs));
  changed ||= machines.length < document.machines.length || volumes.length < document.volumes.length;
  document.machines = machines;
  document.volumes = volumes;
  return changed;
}

/** When `advance` next has something to do; null = nothing is pending. */
export function nextDueMs(document: AppDocument): number | null {
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const machine of document.machines) {
    const machineDueMs = machine.upcoming[0]?.dueAtMs ?? machine.goneAtMs ?? Number.POSITIVE_INFINITY;
    soonestMs = Math.min(soonestMs, machineDueMs);
  }
  for (const volume of document.volumes) {
    soonestMs = Math.min(
      soonestMs,
      volume.filledAtMs ?? Number.POSITIVE_INFINITY,
      volume.unbindAtMs ?? Number.POSITIVE_INFINITY,
      volume.goneAtMs ?? Number.POSITIVE_INFINITY,
    );
  }
  return Number.isFinite(soonestMs) ? soonestMs : null;
}
