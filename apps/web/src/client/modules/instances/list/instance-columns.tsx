/** The columns of the list of instances. */
import { Activity } from 'lucide-react';
import type { ReactNode } from 'react';
import { TextLink } from '../../../components/text-link.tsx';
import { formatGb, NONE } from '../../../lib/format.ts';
import { paths } from '../../../lib/path-builder.ts';
import type { TableColumn } from '../../../table/column-meta.ts';
import { BadgeWithTooltip } from '../../../ui/badge-with-tooltip.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { InstanceLink } from '../instance-link.tsx';
import { humanise } from '../operation-labels.ts';
import { OverrideBadge } from '../override-badge.tsx';
import { StateBadge } from '../state-badge.tsx';
import { TierBadge } from '../tier-badge.tsx';
import { DRIFT_LABELS, wordIn } from './filter-words.ts';
import type { ListedInstance } from './use-instance-list.ts';

export const INSTANCE_COLUMNS: readonly TableColumn<ListedInstance>[] = [
  {
    id: 'name',
    header: 'Instance',
    meta: { className: 'md:max-w-56' },
    cell: ({ row: { original } }) => <InstanceLink instanceId={original.instanceId} name={original.name} />,
  },
  {
    id: 'owner',
    header: 'Owner',
    meta: { className: 'md:max-w-48' },
    cell: ({ row: { original } }) => <OwnerCell instance={original} />,
  },
  { id: 'provider', header: 'Provider', cell: ({ row }) => row.original.provider },
  {
    id: 'status',
    header: 'Status',
    cell: ({ row: { original } }) => (
      <Badges>
        <StateBadge status={original.status} />
        <DriftBadge kinds={original.driftKinds} />
      </Badges>
    ),
  },
  {
    id: 'tier',
    header: 'Tier',
    cell: ({ row: { original } }) => (
      <Badges>
        <TierBadge instanceType={original.instanceType} offered={original.tierIsOffered} />
        <OverrideBadge
          override={original.sizeOverride}
          actorName={original.overrideActorName}
          unreadable={original.sizeOverrideUnreadable}
        />
      </Badges>
    ),
  },
  {
    id: 'volume',
    header: 'Volume',
    meta: { align: 'end', className: 'tabular whitespace-nowrap' },
    cell: ({ row }) => formatGb(row.original.volumeSizeGb),
  },
  { id: 'region', header: 'Region', cell: ({ row }) => row.original.region ?? NONE },
  {
    id: 'created',
    header: 'Created',
    meta: { sortKey: 'created' },
    cell: ({ row }) => <RelativeTime instant={row.original.createdAt} />,
  },
  {
    id: 'updated',
    header: 'Updated',
    meta: { sortKey: 'updated', hiddenInCard: true, className: 'max-2xl:hidden' },
    cell: ({ row }) => <RelativeTime instant={row.original.updatedAt} />,
  },
];

function OwnerCell({ instance: { userId, userEmail } }: { instance: ListedInstance }) {
  return (
    <TextLink
      href={paths.person(userId)}
      className="block truncate py-0.5 font-normal text-text"
      title={userEmail ?? userId}
    >
      {userEmail ?? userId}
    </TextLink>
  );
}

function DriftBadge({ kinds }: { kinds: readonly string[] }) {
  if (kinds.length === 0) return null;
  const named = kinds.map((kind) => {
    const known = wordIn(DRIFT_LABELS, kind);
    return known === undefined ? humanise(kind) : DRIFT_LABELS[known];
  });
  return (
    <BadgeWithTooltip tone="warning" icon={<Activity aria-hidden="true" />} tooltip={named.join(', ')}>
      Drift
    </BadgeWithTooltip>
  );
}

function Badges({ children }: { children: ReactNode }) {
  return <span className="inline-flex flex-wrap items-center gap-1 max-md:justify-end">{children}</span>;
}
