/** The steps that take a machine away, to make it anew on a volume of its own. */
import { findingsWithoutMachine } from '../findings.ts';
import { machineIdOf } from '../state.ts';
import { ifItRan, machineIs, onlyIf } from './conditions.ts';
import { DELETE_MACHINE, forkVolume } from './full-host.ts';
import { machineSpec, tagsOf, wantedSize } from './machine-spec.ts';
import { createMachine } from './machine-steps.ts';
import { startMachine, waitRunning } from './power-steps.ts';
import type { Step } from './step.ts';

/** All that a new machine needs is asked for while the old one is still there: afterwards there is no way back. */
export const checkRebuild: Step = {
  name: 'check_rebuild',
  async act(scope, { provider, vault }) {
    const { asked, source } = wantedSize(scope);
    await machineSpec(scope, vault);
    return { kind: 'done', facts: { fit: { asked, source, given: await provider.fitSize(asked) } } };
  },
};

/** Takes the machine at rest away; the volume stays. */
export const deleteMachine: Step = {
  name: DELETE_MACHINE,
  applies: (scope) => machineIs(scope, 'stopped') && machineIdOf(scope.state) !== null,
  async act({ state }, { provider }) {
    await provider.deleteMachine(tagsOf(state), state.resources, String(state.resources.machineId));
    return {
      kind: 'done',
      facts: {
        machine: 'absent',
        isOnRetiredVolume: false,
        ...(state.built !== null && { sizeBefore: state.built }),
      },
      learned: { machineId: null },
      commit: (next, now) => ({
        ...next,
        applied: null,
        built: null,
        drift: findingsWithoutMachine(next.drift, now),
      }),
    };
  },
};

/** Where the host is full: a copy of the volume on another one, and no machine on the volume that was left. */
export const MOVE_IF_FULL: readonly Step[] = [
  forkVolume,
  onlyIf(({ operation }) => operation.facts.isOnRetiredVolume === true, deleteMachine),
];

/** Makes and starts the machine that was taken away. */
export const BUILD_ANEW: readonly Step[] = [...MOVE_IF_FULL, createMachine, startMachine, waitRunning].map(
  ifItRan,
);
