/** The volumes of a provider over a world in memory. */
import type { InstanceTags, Resources, VolumeSpec } from '../../providers/provider.ts';
import { failure, type World } from './world.ts';

/** Removes in place. */
export function removeWhere<Item>(items: Item[], matches: (item: Item) => boolean): void {
  const kept = items.filter((item) => !matches(item));
  items.splice(0, items.length, ...kept);
}

function retiredIn({ retiredVolumeIds }: Resources): string[] {
  return typeof retiredVolumeIds === 'string' ? retiredVolumeIds.split(',') : [];
}

export function volumeMethods(world: World) {
  return {
    findVolume: (tags: InstanceTags, resources: Resources) =>
      world.call('findVolume', () => {
        const retired = retiredIn(resources);
        const ours = world.volumes.filter(
          ({ id, instanceId }) => instanceId === tags.instanceId && !retired.includes(id),
        );
        const volume = ours.find(({ id }) => id === resources.volumeId) ?? ours[0];
        return volume === undefined ? null : { volumeId: volume.id };
      }),
    // Names repeat, as at Fly: nothing here refuses the second volume.
    createVolume: (tags: InstanceTags, _resources: Resources, { sizeGb, machineSize, region }: VolumeSpec) =>
      world.call('createVolume', () => {
        const host = world.hostFor(machineSize);
        if (host === null || (region !== null && host.region !== region))
          throw failure('region_full', 'createVolume');
        const placed = { instanceId: tags.instanceId, sizeGb: sizeGb ?? 0, host: host.name };
        const volume = { id: world.nextId('vol_'), ...placed };
        world.volumes.push(volume);
        return { volumeId: volume.id, region: host.region };
      }),
    removeSurplusVolumes: (tags: InstanceTags, resources: Resources) =>
      world.call('removeSurplusVolumes', () =>
        removeWhere(
          world.volumes,
          ({ id, instanceId }) =>
            instanceId === tags.instanceId && id !== resources.volumeId && !retiredIn(resources).includes(id),
        ),
      ),
    observeVolume: (_tags: InstanceTags, resources: Resources) =>
      world.call('observeVolume', () => {
        const volume = world.volumes.find(({ id }) => id === resources.volumeId);
        return volume === undefined ? null : { volumeId: volume.id, sizeGb: volume.sizeGb, ...volume.told };
      }),
    extendVolume: (_tags: InstanceTags, resources: Resources, sizeGb: number) =>
      world.call('extendVolume', () => {
        const volume = world.volumes.find(({ id }) => id === resources.volumeId);
        if (volume === undefined) throw failure('not_found', 'extendVolume');
        if (volume.sizeGb < sizeGb) world.extensions += 1;
        volume.sizeGb = Math.max(volume.sizeGb, sizeGb);
        return { sizeGb: volume.sizeGb, needsRestart: world.extendNeedsRestart };
      }),
    forkVolume: (tags: InstanceTags, resources: Resources, { machineSize }: VolumeSpec) =>
      world.call('forkVolume', () => {
        const source = world.volumes.find(({ id }) => id === resources.volumeId);
        if (source === undefined) throw failure('not_found', 'forkVolume');
        const made = world.volumes.find(({ copyOf }) => copyOf === source.id);
        const host = world.hostFor(machineSize, source.host ?? null);
        if (made === undefined && host === null) throw failure('region_full', 'forkVolume');
        const { instanceId } = tags;
        const placed = { instanceId, sizeGb: source.sizeGb, host: host?.name ?? '', copyOf: source.id };
        const copy = made ?? { id: world.nextId('vol_'), ...placed };
        if (made === undefined) world.volumes.push(copy);
        const retiredVolumeIds = [...retiredIn(resources), source.id].join(',');
        const region = world.hosts.find(({ name }) => name === copy.host)?.region ?? null;
        return { volumeId: copy.id, retiredVolumeIds, region };
      }),
    deleteVolume: (_tags: InstanceTags, _resources: Resources, volumeId: string) =>
      world.call('deleteVolume', () => removeWhere(world.volumes, ({ id }) => id === volumeId)),
    deleteVolumes: (tags: InstanceTags) =>
      world.call('deleteVolumes', () =>
        removeWhere(world.volumes, ({ instanceId }) => instanceId === tags.instanceId),
      ),
  };
}
