/** All that an instance has at Fly, taken together: its app with what is in it. */
import type { FleetResource, InstanceTags, ResourcesLearned } from '../provider.ts';
import { belongsTo } from '../tags.ts';
import { deleteApp, ensureApp, type Fly, inAppIfAny, inNewApp } from './apps.ts';
import { flyError } from './errors.ts';
import { resourceOf } from './fleet.ts';
import { tagsOfMachine } from './machine-owner.ts';
import { isGoneMachine, listMachines } from './machines.ts';
import type { FlyResources } from './names.ts';
import type { Machine, Volume } from './schemas.ts';
import { isGoneVolume, isOfInstance, listVolumes } from './volumes.ts';

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
