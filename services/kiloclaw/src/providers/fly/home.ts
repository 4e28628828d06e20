/** All that an instance has at Fly, taken together: its app with what is in it, and every app of a fleet. */
import type { FleetResource, InstanceTags, ResourcesLearned } from '../provider.ts';
import { belongsTo, TAG } from '../tags.ts';
import { deleteApp, ensureApp, type Fly, inAppIfAny, inNewApp, listOwnApps } from './apps.ts';
import { flyError } from './errors.ts';
import { tagsOfMachine } from './machine-owner.ts';
import { isGoneMachine, listMachines } from './machines.ts';
import { appNameOf, type FlyResources, instanceOfVolumeName, isAppName } from './names.ts';
import type { Machine, Volume } from './schemas.ts';
import { isGoneVolume, isOfInstance, listVolumes } from './volumes.ts';

/** Apps read at the same time: two calls each, within the six connections that workerd gives one request. */
const APPS_AT_ONCE = 3;
const FLEET_APPS_MOST = 10_000;

interface Contents {
  readonly machines: readonly Machine[];
  readonly volumes: readonly Volume[];
}

/** What there is in an app and not on its way out. */
async function contentsOf(fly: Fly, appName: string): Promise<Contents> {
  const [machines, volumes] = await Promise.all([listMachines(fly, appName), listVolumes(fly, appName)]);
  return {
    machines: machines.filter((machine) => machine.state !== 'destroyed'),
    volumes: volumes.filter((volume) => !isGoneVolume(volume)),
  };
}

/** Whether something in the app is not this instance's; a machine that can't tell its tags is none of the others'. */
function holdsForeign({ machines, volumes }: Contents, tags: InstanceTags, own: FlyResources): boolean {
  const foreignMachine = machines.some((machine) => {
    const found = tagsOfMachine(machine);
    return found !== null && !isGoneMachine(machine) && !belongsTo(found, tags);
  });
  return foreignMachine || volumes.some((volume) => !isOfInstance(volume, own));
}

/** The app, made or adopted; one that holds what is not ours is refused (`invalid`) and left as it is. */
export async function ensureHome(fly: Fly, tags: InstanceTags, own: FlyResources): Promise<ResourcesLearned> {
  const learned = { appName: own.appName, appEnsuredAtMs: fly.now() };
  if ((await ensureApp(fly, own.appName)) === 'created') return learned;
  const contents = await inNewApp(fly, learned, () => contentsOf(fly, own.appName));
  if (holdsForeign(contents, tags, own)) {
    const message = `The app ${own.appName} at Fly holds machines or volumes that are not this instance's. Nothing was touched: move them away, or set another FLY_APP_PREFIX.`;
    throw flyError('invalid', message);
  }
  return learned;
}

/** Deletes the app. Fly takes all that is in it along, so that an app with anything of others in it stays. */
export async function deleteHome(fly: Fly, tags: InstanceTags, own: FlyResources): Promise<void> {
  const contents = await inAppIfAny(fly, own.appName, () => contentsOf(fly, own.appName));
  if (contents === null || holdsForeign(contents, tags, own)) return;
  await deleteApp(fly, own.appName);
}

function resourceOf(
  kind: FleetResource['kind'],
  { id, created_at }: Machine | Volume,
  instanceId: string | null,
): FleetResource {
  const createdAtMs = Date.parse(created_at ?? '');
  return { kind, id, instanceId, ...(!Number.isNaN(createdAtMs) && { createdAtMs }) };
}

/** A machine counts until it is gone; a volume until its deletion is accepted, since Fly keeps it for a day after. */
export async function listOwned(
  fly: Fly,
  tags: InstanceTags,
  own: FlyResources,
): Promise<readonly FleetResource[]> {
  const contents = await inAppIfAny(fly, own.appName, () => contentsOf(fly, own.appName));
  if (contents === null) return [];
  const { instanceId } = tags;
  const machines = contents.machines.filter((machine) => {
    const found = tagsOfMachine(machine);
    return found === null || machine.id === own.machineId || belongsTo(found, tags);
  });
  const volumes = contents.volumes.filter((volume) => isOfInstance(volume, own));
  return [
    ...machines.map((machine) => resourceOf('machine', machine, instanceId)),
    ...volumes.map((volume) => resourceOf('volume', volume, instanceId)),
  ];
}

/** Every machine and volume of a fleet: those in apps of our names that carry its mark. */
export async function listFleet(fly: Fly, fleetId: string): Promise<readonly FleetResource[]> {
  const apps = (await listOwnApps(fly)).filter(({ name }) => isAppName(fly.config.appPrefix, name));
  if (apps.length > FLEET_APPS_MOST) {
    throw flyError(
      'unavailable',
      `There are more than ${FLEET_APPS_MOST} apps of this prefix at Fly: too many for one list.`,
    );
  }
  const found: FleetResource[] = [];
  for (let first = 0; first < apps.length; first += APPS_AT_ONCE) {
    const some = apps.slice(first, first + APPS_AT_ONCE);
    // An app may go between the two lists: it then holds nothing.
    const contents = await Promise.all(
      some.map(({ name }) => inAppIfAny(fly, name, () => contentsOf(fly, name))),
    );
    for (const [index, each] of contents.entries()) {
      const appName = some[index]?.name;
      if (each !== null && appName !== undefined) found.push(...ofFleet(fly, appName, each, fleetId));
    }
  }
  return found;
}

function ofFleet(
  { config }: Fly,
  appName: string,
  { machines, volumes }: Contents,
  fleetId: string,
): FleetResource[] {
  const isHomeOf = (instanceId: string) => appNameOf(config.appPrefix, instanceId) === appName;
  const ofMachines = machines.flatMap((machine): FleetResource[] => {
    const tags = tagsOfMachine(machine) ?? {};
    if (tags[TAG.fleetId] !== fleetId) return [];
    const named = tags[TAG.instanceId];
    // One that lies in another's app is nobody's: this instance does not look for it there.
    return [resourceOf('machine', machine, named !== undefined && isHomeOf(named) ? named : null)];
  });
  const ofVolumes = volumes.flatMap((volume): FleetResource[] => {
    const instanceId = instanceOfVolumeName(volume.name ?? '', fleetId);
    // A name is not much of a proof by itself: the app has to be this very instance's.
    return instanceId !== null && isHomeOf(instanceId) ? [resourceOf('volume', volume, instanceId)] : [];
  });
  return [...ofMachines, ...ofVolumes];
}
