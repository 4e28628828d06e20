/** One look at the provider: what is to be looked at, and what was seen. Decides nothing, and changes nothing. */
import type {
  CallPurpose,
  FleetResource,
  InstanceTags,
  MachineObservation,
  Provider,
  Resources,
  ResourcesLearned,
  VolumeObservation,
} from '../../providers/provider.ts';
import { isHardwareUnknown, soundMachine, soundVolume } from '../backfill.ts';
import type { Cadence } from '../deps.ts';
import { findingOf } from '../findings.ts';
import { tagsOf } from '../operations/machine-spec.ts';
import { type InstanceState, machineIdOf } from '../state.ts';
import { isVolumesTurn, type ReconcileMemory } from './memory.ts';

/** Which parts a look takes; each is a call of its own. */
export interface Wanted {
  readonly machine: boolean;
  /** By tags, where the machine is not found by its id. */
  readonly search: boolean;
  readonly volume: boolean;
  /** All that the instance has, for what should not be there; a search that finds a machine asks for it too. */
  readonly all: boolean;
}

/** What was seen. A part that is undefined was not looked at, or did not answer; null is the provider's word that there is none. */
export interface Sight {
  readonly machine: MachineObservation | null | undefined;
  /** The machine's ids, where it was found by its tags alone. */
  readonly recovered: ResourcesLearned | null;
  readonly volume: VolumeObservation | null | undefined;
  /** The volume's ids, where none was ever recorded and it was found by its name. */
  readonly recoveredVolume: ResourcesLearned | null;
  readonly machineIds: readonly string[] | undefined;
  /** Of the same list as the machines. */
  readonly volumeIds: readonly string[] | undefined;
  readonly failures: readonly Failed[];
}

/** A part that was asked for and did not answer. */
interface Failed {
  readonly part: keyof Wanted;
  readonly error: unknown;
}

/**
 * What a look is for: a tick of the alarm, a glance for a view, the same for a plan that somebody waits for, the whole
 * truth that somebody waits for, or a checkup of the whole fleet. That one must not use up what operations need, and leaves
 * out what one list of the fleet tells of all instances: whether there is more than there should be.
 */
export type Occasion = 'tick' | 'glance' | 'plan' | 'thorough' | 'checkup';

/** Whether somebody waits for what is seen. */
export function purposeOf(occasion: Occasion): CallPurpose {
  return occasion === 'plan' || occasion === 'thorough' ? 'operation' : 'background';
}

/** Whether machine and volume are looked at, and not before now. */
export function isFresh(occasion: Occasion): boolean {
  return occasion === 'thorough' || occasion === 'checkup';
}

interface Moment {
  readonly memory: ReconcileMemory;
  readonly cadence: Cadence;
  readonly now: number;
  readonly occasion: Occasion;
}

/** A steady tick takes the machine alone. */
export function wantedOf(
  state: InstanceState,
  volumesAreSized: boolean,
  { memory, cadence, now, occasion }: Moment,
): Wanted {
  const hasMachine = state.status !== 'provisioned';
  const search = hasMachine && (machineIdOf(state) === null || memory.doubts.has('machine_gone'));
  const volumeIsUnknown = volumesAreSized && state.volumeSizeGb === null;
  const isThorough = occasion === 'thorough';
  const hasChanged = memory.generation !== state.generation;
  return {
    machine: hasMachine,
    search,
    volume:
      isFresh(occasion) ||
      hasChanged ||
      isHardwareUnknown(state) ||
      volumeIsUnknown ||
      memory.doubts.has('volume_gone') ||
      (occasion === 'tick' && isVolumesTurn(memory, state, cadence, now)),
    all: hasMachine && (isThorough || findingOf(state.drift, 'duplicate_machines') !== null),
  };
}

/** Looks at the parts at once; one that fails leaves the others as they are. */
export async function lookAt(provider: Provider, state: InstanceState, wanted: Wanted): Promise<Sight> {
  const tags = tagsOf(state);
  const { resources } = state;
  const failures: Failed[] = [];
  const ifWanted = async <Value>(part: keyof Wanted, look: () => Promise<Value>) => {
    if (!wanted[part]) return undefined;
    try {
      return await look();
    } catch (error) {
      failures.push({ part, error });
      return undefined;
    }
  };
  const [found, foundVolume, owned] = await Promise.all([
    ifWanted('machine', () => lookAtMachine(provider, tags, resources, wanted.search)),
    ifWanted('volume', () => lookAtVolume(provider, tags, resources)),
    ifWanted('all', () => provider.listOwned(tags, resources)),
  ]);
  return {
    machine: soundMachine(found?.machine),
    recovered: found?.recovered ?? null,
    volume: soundVolume(foundVolume?.volume),
    recoveredVolume: foundVolume?.recovered ?? null,
    machineIds: owned === undefined ? found?.machineIds : idsOf(owned, 'machine'),
    volumeIds: owned === undefined ? undefined : idsOf(owned, 'volume'),
    failures,
  };
}

async function lookAtMachine(
  provider: Provider,
  tags: InstanceTags,
  resources: Resources,
  search: boolean,
): Promise<Pick<Sight, 'machine' | 'recovered' | 'machineIds'>> {
  const machine = await provider.observeMachine(tags, resources);
  const recovered = machine === null && search ? await provider.findMachine(tags, resources) : null;
  if (recovered === null) return { machine, recovered, machineIds: undefined };
  const seen = await provider.observeMachine(tags, { ...resources, ...recovered });
  const machineIds = await machineIdsOf(provider, tags, resources);
  // One that went between the calls is neither there nor gone for sure.
  return { machine: seen ?? undefined, recovered, machineIds };
}

/**
 * One look at the recorded volume. A record that was made anew while a list did not show the volume has never had its id:
 * it is looked for again, or it would count as gone for good. One whose id was taken back is not what is wanted any more.
 */
async function lookAtVolume(
  provider: Provider,
  tags: InstanceTags,
  resources: Resources,
): Promise<{ readonly volume: VolumeObservation | null; readonly recovered: ResourcesLearned | null }> {
  const volume = await provider.observeVolume(tags, resources);
  const wasKnown = volume !== null || resources.volumeId !== undefined;
  const recovered = wasKnown ? null : await provider.findVolume(tags, resources);
  if (recovered === null) return { volume, recovered };
  return { volume: await provider.observeVolume(tags, { ...resources, ...recovered }), recovered };
}

/** Every machine of the instance that the provider lists, in the order of their ids. */
export async function machineIdsOf(
  provider: Provider,
  tags: InstanceTags,
  resources: Resources,
): Promise<string[]> {
  return idsOf(await provider.listOwned(tags, resources), 'machine');
}

function idsOf(owned: readonly FleetResource[], wanted: FleetResource['kind']): string[] {
  return owned.flatMap(({ kind, id }) => (kind === wanted ? [id] : [])).sort();
}
