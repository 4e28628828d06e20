import type { CustomerInstance } from '../../../server/views/customer-view.ts';
import { formatGb, NONE } from '../../lib/format.ts';
import { Property, PropertyList } from '../../ui/property-list.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { cpuText, memoryText } from '../instances/hardware-changes.ts';
import { TierBadge } from '../instances/tier-badge.tsx';

interface OwnFactsProps {
  instance: CustomerInstance;
  /** Leaves out when things happened. */
  brief?: boolean;
}

/** What an instance is billed as and has. */
export function OwnFacts({ instance, brief = false }: OwnFactsProps) {
  const { machineSize, status } = instance;
  return (
    <PropertyList className={brief ? 'grid-cols-3' : 'grid-cols-2 sm:grid-cols-4'}>
      <Property label="Tier">
        <TierBadge instanceType={instance.instanceType} />
      </Property>
      <Property label="CPU">{cpuText(machineSize)}</Property>
      <Property label="RAM">{memoryText(machineSize)}</Property>
      <Property label="Disk">{formatGb(instance.volumeSizeGb)}</Property>
      <Property label="Region">{instance.region ?? NONE}</Property>
      {brief ? null : (
        <>
          <Property label={status === 'running' ? 'Running since' : 'Stopped'}>
            <RelativeTime instant={status === 'running' ? instance.startedAt : instance.stoppedAt} />
          </Property>
          <Property label="Created">
            <RelativeTime instant={instance.createdAt} />
          </Property>
        </>
      )}
    </PropertyList>
  );
}
