/** Start, stop and restart: step lists, composed; one operation has one timeline entry, whatever it is made of. */
import {
  checkSize,
  createMachine,
  locateMachine,
  recordStopped,
  removeReplacedMachine,
  startMachine,
  stopMachine,
  updateMachine,
  waitRunning,
  waitStopped,
} from './machine-steps.ts';
import type { Step } from './step.ts';

const bringDown: readonly Step[] = [stopMachine, waitStopped, recordStopped];
const bringUp: readonly Step[] = [
  checkSize,
  removeReplacedMachine,
  updateMachine,
  createMachine,
  startMachine,
  waitRunning,
];

export const START_STEPS: readonly Step[] = [locateMachine, ...bringUp];
export const STOP_STEPS: readonly Step[] = [locateMachine, ...bringDown];
export const RESTART_STEPS: readonly Step[] = [locateMachine, ...bringDown, ...bringUp];
