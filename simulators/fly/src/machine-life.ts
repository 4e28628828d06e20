import type { MachineRecord } from './documents.ts';
import { recordEvent } from './events.ts';
import { beginStart, forceState } from './machine-transitions.ts';
import type { Settings } from './settings.ts';

const DEFAULT_MAX_RETRIES = 10;

/** How a process ended that nobody asked to stop. */
export type Exit = { exitCode: number; signal: number; isOutOfMemory: boolean };

/** Killed by the kernel for want of memory. */
export const OUT_OF_MEMORY: Exit = { exitCode: 137, signal: 9, isOutOfMemory: true };

function unrequestedExits({ events }: MachineRecord): number {
  const sinceCommand = events.slice(events.findLastIndex(({ source }) => source === 'user') + 1);
  return sinceCommand.filter(({ exit }) => exit?.isRequested === false).length;
}

// The service's own default is on-failure; every unrequested exit here is one.
function restartsBySelf(machine: MachineRecord): boolean {
  const { restart } = machine.config;
  const policy =
    typeof restart === 'object' && restart !== null && 'policy' in restart ? restart.policy : null;
  if (policy === 'no') return false;
  if (policy === 'always') return true;
  const retries =
    typeof restart === 'object' && restart !== null && 'max_retries' in restart ? restart.max_retries : null;
  return unrequestedExits(machine) <= (typeof retries === 'number' ? retries : DEFAULT_MAX_RETRIES);
}

/** The machine's process ends by itself: an exit event, then stopped or started again as its restart policy says. */
export function exitBySelf(machine: MachineRecord, nowMs: number, settings: Settings, exit: Exit): void {
  forceState(machine, nowMs, 'stopped');
  recordEvent(machine, {
    type: 'exit',
    status: 'stopped',
    source: 'flyd',
    timestampMs: nowMs,
    exit: { ...exit, isRequested: false },
  });
  if (restartsBySelf(machine)) beginStart(machine, nowMs, settings, 'flyd');
}
