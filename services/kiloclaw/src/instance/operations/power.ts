/** Start, stop and restart: step lists, composed; one operation has one timeline entry, whatever it is made of. */
import { machineIs, onlyIf } from './conditions.ts';
import { fetchImage, fetchImageUnlessRunning } from './fetch-image.ts';
import { releaseMachine, waitSettled } from './hold.ts';
import { learnHardware } from './learn-hardware.ts';
import {
  checkSize,
  createMachine,
  holdToBuild,
  holdToTakeDown,
  locateMachine,
  removeReplacedMachine,
  updateMachine,
} from './machine-steps.ts';
import { recordStopped, startMachine, stopMachine, waitRunning, waitStopped } from './power-steps.ts';
import { MOVE_IF_FULL } from './rebuild-steps.ts';
import type { Step } from './step.ts';

/** Stops a running machine, and records it. */
export const BRING_DOWN: readonly Step[] = [stopMachine, waitStopped, recordStopped];
/** The same, for a machine that is to have another size when it comes up again. */
export const BRING_DOWN_TO_BUILD: readonly Step[] = [holdToTakeDown, ...BRING_DOWN];
/** Builds a machine at rest as it is wanted, and starts it. */
export const BRING_UP: readonly Step[] = [
  ...MOVE_IF_FULL,
  removeReplacedMachine,
  holdToBuild,
  updateMachine,
  waitSettled,
  releaseMachine,
  createMachine,
  startMachine,
  waitRunning,
];

/** What runs is left alone, whatever the host would say to its size now. */
const checkUnlessRunning = onlyIf((scope) => !machineIs(scope, 'running'), checkSize);

export const START_STEPS: readonly Step[] = [
  locateMachine,
  learnHardware,
  checkUnlessRunning,
  fetchImageUnlessRunning,
  ...BRING_UP,
];
export const STOP_STEPS: readonly Step[] = [locateMachine, ...BRING_DOWN];
/**
 * Size and image are asked for while the machine still runs: neither a host that is too small nor a long way for the
 * image must take it down.
 */
export const RESTART_STEPS: readonly Step[] = [
  locateMachine,
  learnHardware,
  checkSize,
  fetchImage,
  ...BRING_DOWN_TO_BUILD,
  ...BRING_UP,
];
