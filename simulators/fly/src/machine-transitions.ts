import type { AppDocument, MachineRecord, VolumeRecord } from './documents.ts';
import type { Settings } from './settings.ts';

/** States in which a machine rests; `settled` in a wait means any of these. */
export const RESTING_STATES = ['created', 'started', 'stopped', 'suspended', 'failed'];

type Step = { state: string; afterMs: number };

/** Puts the machine into `state` now and into each step's state after its delay, one after the other. */
function schedule(machine: MachineRecord, nowMs: number, state: string, steps: Step[]): void {
  let dueAtMs = nowMs;
  machine.state = state;
  machine.updatedAtMs = nowMs;
  machine.upcoming = steps.map((step) => {
    dueAtMs += step.afterMs;
    return { state: step.state, dueAtMs };
  });
}

/** created → starting → started; with `skipLaunch` it stays created, but takes the same time to be ready. */
export function beginCreate(
  machine: MachineRecord,
  nowMs: number,
  settings: Settings,
  skipLaunch: boolean,
): void {
  const launch = [
    { state: 'starting', afterMs: settings.createMs },
    { state: 'started', afterMs: settings.startMs },
  ];
  const ready = [{ state: 'created', afterMs: settings.createMs }];
  schedule(machine, nowMs, 'created', skipLaunch ? ready : launch);
}

/** starting → started */
export function beginStart(machine: MachineRecord, nowMs: number, settings: Settings): void {
  schedule(machine, nowMs, 'starting', [{ state: 'started', afterMs: settings.startMs }]);
}

/** stopping → stopped */
export function beginStop(machine: MachineRecord, nowMs: number, settings: Settings): void {
  schedule(machine, nowMs, 'stopping', [{ state: 'stopped', afterMs: settings.stopMs }]);
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
  schedule(machine, nowMs, state, state === 'destroyed' ? [{ state, afterMs: 0 }] : []);
}

function advanceMachine(
  machine: MachineRecord,
  volumes: VolumeRecord[],
  nowMs: number,
  settings: Settings,
): boolean {
  const due = machine.upcoming.filter((step) => step.dueAtMs <= nowMs);
  for (const step of due) {
    machine.state = step.state;
    machine.updatedAtMs = step.dueAtMs;
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

/** Applies everything that is due by now; answers whether anything changed. */
export function advance(document: AppDocument, nowMs: number, settings: Settings): boolean {
  let changed = false;
  for (const machine of document.machines) {
    changed = advanceMachine(machine, document.volumes, nowMs, settings) || changed;
  }
  for (const volume of document.volumes) {
    if (!isDue(volume.unbindAtMs, nowMs)) continue;
    volume.attachedMachineId = null;
    volume.unbindAtMs = null;
    changed = true;
  }
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
      volume.unbindAtMs ?? Number.POSITIVE_INFINITY,
      volume.goneAtMs ?? Number.POSITIVE_INFINITY,
    );
  }
  return Number.isFinite(soonestMs) ? soonestMs : null;
}
