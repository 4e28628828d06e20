import type { ListedInstance } from '@kiloclaw/platform-contract';
import { Page } from '../../components/page.tsx';
import { type Failure, failureOf } from '../../lib/failure.ts';
import { formatGb, formatMachineSize, NONE } from '../../lib/format.ts';
import { useLastingError } from '../../lib/lasting-error.ts';
import { paths } from '../../lib/path-builder.ts';
import { Section } from '../../ui/card.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Property, PropertyList } from '../../ui/property-list.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { InstanceDetail } from './instance-detail.tsx';
import { instanceName } from './instance-name.ts';
import { InstanceSkeleton } from './instance-skeleton.tsx';
import { type PeopleNames, personText } from './people.ts';
import { StateBadge } from './state-badge.tsx';
import { TierBadge } from './tier-badge.tsx';
import { type InstanceTarget, useInstance } from './use-instance.ts';

interface OwnedInstanceProps {
  target: InstanceTarget;
  /** The registry's; null while it has none of what was only just made. */
  row: ListedInstance | null;
  names: PeopleNames;
}

/** The instance by its own word; by the registry's row where it gives none. */
export function OwnedInstance({ target, row, names }: OwnedInstanceProps) {
  const instance = useInstance(target);
  const error = useLastingError(instance);
  const failure = error === null ? null : failureOf(error);
  if (instance.data !== undefined) {
    return (
      <InstanceDetail
        instance={instance.data.view}
        names={{ ...names, ...instance.data.names }}
        row={row}
        ownerEmail={row?.userEmail ?? null}
        failure={failure}
        readAtMs={instance.dataUpdatedAt}
      />
    );
  }
  const title = row === null ? 'Instance' : instanceName(row);
  if (failure === null) return <InstanceSkeleton title={title} />;
  return (
    <Page
      title={title}
      breadcrumbs={[{ label: 'Instances', href: paths.adminInstances() }]}
      subtitle={<CopyableId id={target.instanceId} noun="instance id" />}
    >
      <ErrorState
        message={failure.message}
        hint={row === null ? undefined : hintFor(failure)}
        requestId={failure.requestId}
        onRetry={() => void instance.refetch()}
        retrying={instance.isFetching}
      />
      {row === null ? null : <LastKnown row={row} names={names} />}
    </Page>
  );
}

function hintFor({ code }: Failure): string {
  switch (code) {
    case 'instance_not_found':
      return 'The registry has a row of it, and the control plane no instance with this owner. The row below may be all that is left.';
    case 'state_invalid':
      return 'Its record is damaged, and kept as it is. Nothing can be changed until it is mended.';
    default:
      return 'Nothing can be changed for now. Below is what the registry has heard of it last.';
  }
}

function LastKnown({ row, names }: { row: ListedInstance; names: PeopleNames }) {
  return (
    <Section title="Last known to the registry">
      <PropertyList columns={3}>
        <Property label="Status">
          <StateBadge status={row.status} />
        </Property>
        <Property label="Owner">{personText(row.userId, names)}</Property>
        <Property label="Instance tier">
          <TierBadge instanceType={row.instanceType} />
        </Property>
        <Property label="Billed machine size">{formatMachineSize(row.machineSize)}</Property>
        <Property label="Volume size">{formatGb(row.volumeSizeGb)}</Property>
        <Property label="Provider">
          {row.provider}
          {row.region === null ? '' : ` · ${row.region}`}
        </Property>
        <Property label="Machine id">
          {row.machineId === null ? NONE : <CopyableId id={row.machineId} noun="machine id" />}
        </Property>
        <Property label="Changed">
          <RelativeTime instant={row.updatedAt} />
        </Property>
      </PropertyList>
    </Section>
  );
}
