/** The whole stack as a process, for tests of other packages. */
export { AccountsSchema } from './accounts.ts';
export { demoTargets, untilDemoIsSeeded } from './testing/demo-fleet.ts';
export { act, newTarget, provision, type Target } from './testing/fleet.ts';
export { createFlyControl, type FlyControl, type FlyFaultKind } from './testing/fly-control.ts';
export { processesBelow } from './testing/process-tree.ts';
export { withRegistry } from './testing/registry.ts';
export {
  makeStackFolder,
  type ReadyStack,
  type StackFolder,
  type StackLaunch,
  StackProcess,
} from './testing/stack-process.ts';
