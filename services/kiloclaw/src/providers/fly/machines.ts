/** The instance's machine: found, made, changed, powered, deleted. One that carries others' tags is never touched. */
import type { InstanceTags, MachineSpec, ResourcesLearned, SizeChange } from '../provider.ts';
import type { ProviderError } from '../provider-error.ts';
import { type Fly, inAppIfAny, inNewApp, orGone, orNull } from './apps.ts';
import { flyError, hasReason } from './errors.ts';
import {
  isBuiltAs,
  isSizedAs,
  mountedVolumeIdOf,
  newMachineConfig,
  resizedMachineConfig,
  updatedMachineConfig,
} from './machine-config.ts';
import { underLease } from './machine-lease.ts';
import { foreignMachine, ownerOf, unreadableHost } from './machine-owner.ts';
import type { FlyResources } from './names.ts';
import { ROUTES } from './routes.ts';
import { type Machine, type MachineConfig, MachineListSchema, MachineSchema } from './schemas.ts';

/** Machines that one call deletes; a caller that still finds some asks again. */
const DELETES_PER_CALL_MOST = 50;

const GONE_STATES: ReadonlySet<string> = new Set(['destroying', 'destroyed']);

/** Which one counts where there are several; states that are not here come last. */
const PREFERRED_STATES: readonly string[] = ['started', 'starting', 'stopped', 'created'];

export function isGoneMachine(machine: Machine): boolean {
  return GONE_STATES.has(machine.state);
}

/** All machines of an app. It holds one instance alone, so that the whole list is short. */
export function listMachines({ client }: Fly, appName: string): Promise<readonly Machine[]> {
  return client.list(ROUTES.listMachines, { params: { app: appName }, schema: MachineListSchema });
}

/** Null on 404, and on a machine that is only still shown. */
export async function getMachine(
  { client }: Fly,
  appName: string,
  machineId: string,
): Promise<Machine | null> {
  const params = { app: appName, machine: machineId };
  const machine = await orNull(client.call(ROUTES.getMachine, { params, schema: MachineSchema }));
  return machine?.state === 'destroyed' ? null : machine;
}

function learnedOf(machine: Machine): ResourcesLearned {
  return { machineId: machine.id, machineVersion: machine.version };
}

/** What is learned of a machine that runs by our doing, or may: the volume outlives it, and its events go with it. */
function launchedOf(fly: Fly, machine: Machine): ResourcesLearned {
  return { ...learnedOf(machine), volumeUsedAtMs: fly.now() };
}

/** By id, then by tag, then by name: only where all three find nothing is there none. */
export async function findMachine(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
): Promise<ResourcesLearned | null> {
  const recorded = own.machineId === null ? null : await getMachine(fly, own.appName, own.machineId);
  if (recorded !== null && !isGoneMachine(recorded)) {
    if (ownerOf(recorded, tags) === 'foreign') throw foreignMachine(recorded);
    return learnedOf(recorded);
  }
  const machines = await inAppIfAny(fly, own.appName, () =>
    inNewApp(fly, own, () => listMachines(fly, own.appName)),
  );
  const there = (machines ?? []).filter((machine) => !isGoneMachine(machine));
  const [best] = there.filter((machine) => ownerOf(machine, tags) === 'own').sort(byPreference);
  if (best !== undefined) return launchedOf(fly, best);
  const named = there.find((machine) => machine.name === own.machineName);
  return named === undefined ? null : adopt(named, tags);
}

function byPreference(a: Machine, b: Machine): number {
  const rank = ({ state }: Machine) => {
    const place = PREFERRED_STATES.indexOf(state);
    return place < 0 ? PREFERRED_STATES.length : place;
  };
  return (
    rank(a) - rank(b) || (b.created_at ?? '').localeCompare(a.created_at ?? '') || a.id.localeCompare(b.id)
  );
}

function adopt(machine: Machine, tags: InstanceTags): ResourcesLearned {
  const owner = ownerOf(machine, tags);
  if (owner === 'own') return learnedOf(machine);
  throw owner === 'foreign' ? foreignMachine(machine) : unreadableHost(machine);
}

/** Makes the machine on its volume, and adopts the one of its name where that is ours. */
export async function createMachine(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
  spec: MachineSpec,
): Promise<ResourcesLearned> {
  const volumeId = requireVolumeId(own);
  const region = own.region ?? spec.region;
  const body = {
    name: own.machineName,
    ...(region !== null && { region }),
    config: newMachineConfig(tags, volumeId, spec),
  };
  const request = { params: { app: own.appName }, body, schema: MachineSchema };
  try {
    return launchedOf(fly, await inNewApp(fly, own, () => fly.client.call(ROUTES.createMachine, request)));
  } catch (error) {
    if (!hasReason(error, 'already_exists')) throw error;
    const holder = await holderOfName(fly, own, error);
    // On its way out, or not to be seen yet: the conflict passes. So does one on a volume that is not in use any more,
    // whose data this instance has left behind.
    if (holder === null || isGoneMachine(holder) || isOnRetiredVolume(holder, own)) throw error;
    return { ...adopt(holder, tags), volumeUsedAtMs: fly.now() };
  }
}

function isOnRetiredVolume({ config }: Machine, own: FlyResources): boolean {
  const mounted = config === null ? null : mountedVolumeIdOf(config);
  return mounted !== null && own.retiredVolumeIds.includes(mounted);
}

/** The refusal's prose names the machine that is there; where it does not, the list does. */
async function holderOfName(fly: Fly, own: FlyResources, refusal: ProviderError): Promise<Machine | null> {
  const named = refusal.facts.details?.machineId;
  if (typeof named === 'string') return getMachine(fly, own.appName, named);
  const machines = await listMachines(fly, own.appName);
  return machines.find((machine) => machine.name === own.machineName) ?? null;
}

/** Gives the machine the spec's size and configuration and does not launch it. Says nothing of when Fly is done with it. */
export async function updateMachine(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
  spec: MachineSpec,
): Promise<ResourcesLearned> {
  const volumeId = requireVolumeId(own);
  return rewriteConfig(fly, tags, own, {
    isDone: (current) => isBuiltAs(current, volumeId, spec),
    rewrite: (current) => updatedMachineConfig(current, tags, volumeId, spec),
  });
}

/** Gives the machine another size and nothing else, and does not launch it. Says nothing of when Fly is done with it. */
export async function changeMachineSize(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
  change: SizeChange,
): Promise<ResourcesLearned> {
  return rewriteConfig(fly, tags, own, {
    isDone: (current) => isSizedAs(current, change),
    rewrite: (current) => resizedMachineConfig(current, change),
  });
}

interface Rewriting {
  readonly isDone: (current: MachineConfig) => boolean;
  readonly rewrite: (current: MachineConfig) => object;
}

/**
 * Reads the recorded machine's config and writes it back changed, refused (`conflict`) if it has changed in between.
 * A version that nobody recorded may be that of an update whose answer was lost: it is adopted if it is what is wanted.
 */
async function rewriteConfig(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
  { isDone, rewrite }: Rewriting,
): Promise<ResourcesLearned> {
  const params = { app: own.appName, machine: requireMachineId(own) };
  const current = await fly.client.call(ROUTES.getMachine, { params, schema: MachineSchema });
  // What is read from a host that does not answer is incomplete: written back, the rest would be lost.
  if (current.config === null || (current.host_status !== null && current.host_status !== 'ok')) {
    throw unreadableHost(current);
  }
  if (ownerOf(current, tags) === 'foreign') throw foreignMachine(current);
  if (current.version !== own.machineVersion && isDone(current.config)) return learnedOf(current);
  const updated = await fly.client.call(ROUTES.updateMachine, {
    params,
    body: {
      config: rewrite(current.config),
      ...(current.version !== null && { current_version: current.version }),
      skip_launch: true,
    },
    ...underLease(fly, own),
    schema: MachineSchema,
  });
  return learnedOf(updated);
}

/** Harmless on one that runs; `precondition` while it is being made or replaced. */
export async function startMachine(fly: Fly, own: FlyResources): Promise<ResourcesLearned> {
  const params = { app: own.appName, machine: requireMachineId(own) };
  await fly.client.ask(ROUTES.startMachine, { params, ...underLease(fly, own) });
  return { volumeUsedAtMs: fly.now() };
}

export async function stopMachine(fly: Fly, own: FlyResources): Promise<void> {
  if (own.machineId === null) return;
  const params = { app: own.appName, machine: own.machineId };
  await orGone(fly.client.ask(ROUTES.stopMachine, { params, ...underLease(fly, own) }));
}

/** Deletes all that carry our tags, and the recorded one, running or not. */
export async function deleteMachines(fly: Fly, tags: InstanceTags, own: FlyResources): Promise<void> {
  const machines = await inAppIfAny(fly, own.appName, () => listMachines(fly, own.appName));
  if (machines === null) return;
  const candidates = [...machines];
  if (own.machineId !== null && !machines.some((machine) => machine.id === own.machineId)) {
    const recorded = await getMachine(fly, own.appName, own.machineId);
    if (recorded !== null) candidates.push(recorded);
  }
  const doomed = candidates.filter((machine) => !isGoneMachine(machine) && isDeletable(machine, tags, own));
  for (const machine of doomed.slice(0, DELETES_PER_CALL_MOST)) await destroy(fly, own, machine);
}

/** Deletes one, running or not. Refuses one of others (`invalid`), and one that can't be told from theirs (`unavailable`). */
export async function deleteMachine(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
  machineId: string,
): Promise<void> {
  const machine = await getMachine(fly, own.appName, machineId);
  if (machine === null || isGoneMachine(machine)) return;
  const owner = ownerOf(machine, tags);
  if (owner === 'foreign') throw foreignMachine(machine);
  if (owner === 'unknown' && machine.id !== own.machineId) throw unreadableHost(machine);
  await destroy(fly, own, machine);
}

async function destroy(fly: Fly, own: FlyResources, { id }: Machine): Promise<void> {
  const params = { app: own.appName, machine: id };
  const lease = id === own.machineId ? underLease(fly, own) : {};
  await orGone(fly.client.ask(ROUTES.deleteMachine, { params, query: { force: 'true' }, ...lease }));
}

/** One without readable tags is ours if we recorded it; one that only bears our name may be, and is waited for. */
function isDeletable(machine: Machine, tags: InstanceTags, own: FlyResources): boolean {
  const owner = ownerOf(machine, tags);
  if (owner !== 'unknown') return owner === 'own';
  if (machine.id === own.machineId) return true;
  if (machine.name === own.machineName) throw unreadableHost(machine);
  return false;
}

function requireVolumeId({ volumeId }: FlyResources): string {
  if (volumeId === null)
    throw flyError('invalid', 'A machine at Fly needs a volume, and none is recorded for this instance.');
  return volumeId;
}

function requireMachineId({ machineId }: FlyResources): string {
  if (machineId === null) throw flyError('not_found', 'No machine at Fly is recorded for this instance.');
  return machineId;
}
