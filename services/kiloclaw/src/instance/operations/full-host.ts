/**
 * What becomes of a machine whose host has no room for it: first the size that it had before, where that is less; then
 * another host, with a copy of its volume. The volume that was copied stays, and is an admin's to let go.
 */
import { type MachineSize, sameMachineSize } from '@kiloclaw/instance-tiers';
import type { ProviderCapabilities } from '@kiloclaw/platform-contract';
import { ProviderError } from '../../providers/provider-error.ts';
import { RETIRED_VOLUMES_MOST, SETTLE_MS } from '../bounds.ts';
import { retiredVolumeIds, withRetired } from '../retired-volumes.ts';
import { type InstanceState, volumeIdOf } from '../state.ts';
import { knownSize, machineSpec, regionOf, tagsOf, wantedBuild, wantedSize } from './machine-spec.ts';
import type { OperationFacts } from './operation.ts';
import { type Step, type StepOutcome, StepRefusal, type StepScope } from './step.ts';

/** Named by those that go back to it: a machine that is to be made anew elsewhere. */
export const DELETE_MACHINE = 'delete_machine';

const NO_ROOM = ['host_full', 'region_full', 'quota'];

/**
 * No room: what was asked stays on record in any case. `rebuildFrom` is the step that a machine of another size is built
 * from, or null where the operation has none.
 */
export function onNoRoom(
  scope: StepScope,
  error: unknown,
  capabilities: ProviderCapabilities,
  rebuildFrom: string | null,
): StepOutcome | null {
  if (!(error instanceof ProviderError) || !NO_ROOM.includes(error.kind)) return null;
  const before = rebuildFrom === null ? null : onSizeBefore(scope, rebuildFrom);
  return before ?? (error.kind === 'host_full' ? onAnotherHost(scope, capabilities) : null);
}

/** The machine goes on with the size that it ran on before, or had; the finding `size_differs` tells of it. */
function onSizeBefore(scope: StepScope, to: string): StepOutcome | null {
  if (scope.operation.facts.fallback !== undefined) return null;
  const wanted = wantedBuild(scope).size;
  const fallback = sizesBefore(scope).find(({ size }) => takesLess(size, wanted));
  return fallback === undefined ? null : { kind: 'rewind', to, facts: { fallback }, afterMs: 0 };
}

type SizeBefore = NonNullable<OperationFacts['fallback']>;

function sizesBefore({ state: { applied, built }, operation: { facts } }: StepScope): SizeBefore[] {
  const had = [facts.sizeBefore, built].flatMap((known) =>
    known == null ? [] : [{ size: known.size, source: known.sizeSource }],
  );
  return applied === null ? had : [{ size: applied.given, source: applied.source }, ...had];
}

/** A host without room for a size has none for one that takes as much of everything. */
function takesLess(size: MachineSize, wanted: MachineSize): boolean {
  if (sameMachineSize(size, wanted)) return false;
  return size.cpus < wanted.cpus || size.memory_mb < wanted.memory_mb;
}

/** Once in an operation, and only where the machine can be made anew from what is on record. */
function onAnotherHost(
  { state, operation, now }: StepScope,
  { forksVolume }: ProviderCapabilities,
): StepOutcome | null {
  const { steps, facts } = operation;
  const isOnTheWay = steps.some(({ name }) => name === forkVolume.name);
  const canBeMadeAnew =
    state.configuration !== null &&
    volumeIdOf(state) !== null &&
    knownSize({ state, operation, now }) !== null;
  if (!forksVolume || !isOnTheWay || !canBeMadeAnew || facts.forkedFrom !== undefined) return null;
  // There may be room elsewhere for all that was asked for.
  const anew = { isHostFull: true, fallback: undefined };
  return { kind: 'rewind', to: forkVolume.name, facts: anew, afterMs: 0 };
}

/**
 * Copies the volume to a host with room, while its machine is still there at rest: refused, it has changed nothing. The
 * adapter itself looks for the copy of a try whose answer was lost.
 */
export const forkVolume: Step = {
  name: 'fork_volume',
  settleMs: SETTLE_MS,
  applies: ({ operation: { facts } }) => facts.isHostFull === true && facts.forkedFrom === undefined,
  async act(scope, { provider, vault }) {
    const { state } = scope;
    const from = volumeIdOf(state);
    if (from === null) throw new Error('a volume without an id is to be copied');
    if (retiredVolumeIds(state).length >= RETIRED_VOLUMES_MOST) throw new StepRefusal(TOO_MANY_RETIRED);
    // What the new machine is made from is asked for while the old one is there: afterwards there is no way back.
    await machineSpec(scope, vault);
    const learned = await provider.forkVolume(tagsOf(state), state.resources, {
      sizeGb: state.volumeSizeGb,
      region: regionOf(state),
      machineSize: wantedSize(scope).given,
    });
    // Its own volume is never taken for a retired one: that would be an admin's to delete.
    if (learned.volumeId === from) throw new StepRefusal(NOT_COPIED);
    return {
      kind: 'done',
      learned,
      facts: { forkedFrom: from, isOnRetiredVolume: true },
      commit: (next, now) => moved(next, from, now),
    };
  },
};

const TOO_MANY_RETIRED = {
  code: 'provider_capacity',
  message: `The host of this instance’s volume is full, and ${RETIRED_VOLUMES_MOST} volumes that it has left before are still kept. Let one of them go (the finding retired_volume), then start again.`,
  details: { retryMayHelp: false },
} as const;

const NOT_COPIED = {
  code: 'provider_error',
  message: 'The provider named the volume itself as its copy. Nothing was changed: try again later.',
} as const;

function moved(state: InstanceState, from: string, now: number): InstanceState {
  return withRetired({ ...state, region: regionOf(state) }, from, now);
}
