import { z } from 'zod';
import type { MachineRecord } from './documents.ts';
import { recordEvent } from './events.ts';
import { beginStart, forceState } from './machine-transitions.ts';
import type { Settings } from './settings.ts';

const DEFAULT_MAX_RETRIES = 10;

const configSchema = z.object({
  restart: z
    .object({ policy: z.string().optional(), max_retries: z.int().default(DEFAULT_MAX_RETRIES) })
    .default({ max_retries: DEFAULT_MAX_RETRIES }),
});

/** How a process ended that nobody asked to stop. */
export type Exit = { exitCode: number; signal: number; isOutOfMemory: boolean };

/** Killed by the kernel for want of memory. */
export const OUT_OF_MEMORY: Exit = { exitCode: 137, signal: 9, isOutOfMemory: true };

function unrequestedExits({ events }: MachineRecord): number {
  const sinceCommand = events.slice(events.findLastIndex(({ source }) => source === 'user') + 1);
  return sinceCommand.filter(({ exit }) => exit?.isRequested === false).length;
}

// The service's own default is on-failure; every unrequested exit here is a failure.
function restartsBySelf(machine: MachineRecord, restartCount: number): boolean {
  const { restart } = configSchema.parse(machine.config);
  if (restart.policy === 'no') return false;
  return restart.policy === 'always' || restartCount <= restart.max_retries;
}

/** The machine's process ends by itself: an exit event, then stopped or started again as its restart policy says. */
export function exitBySelf(machine: MachineRecord, nowMs: number, settings: Settings, exit: Exit): void {
  const restartCount = unrequestedExits(machine) + 1;
  const isRestarting = restartsBySelf(machine, restartCount);
  forceState(machine, nowMs, 'stopped');
  recordEvent(machine, {
    type: 'exit',
    status: 'stopped',
    source: 'flyd',
    timestampMs: nowMs,
    exit: { ...exit, isRequested: false, isRestarting, restartCount },
  });
  if (isRestarting) beginStart(machine, nowMs, settings, 'flyd');
}
