/** The columns of the list of overrides. */

import { TextLink } from '../../components/text-link.tsx';
import { formatMachineSize, NONE } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import type { TableColumn } from '../../table/column-meta.ts';
import { Badge } from '../../ui/badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { InstanceLink } from '../instances/instance-link.tsx';
import { StateBadge } from '../instances/state-badge.tsx';
import { ClearButton } from './clear-button.tsx';
import type { LentOverride } from './use-overrides.ts';

export const OVERRIDE_COLUMNS: readonly TableColumn<LentOverride>[] = [
  {
    id: 'instance',
    header: 'Instance',
    meta: { className: 'md:max-w-40 xl:max-w-56' },
    cell: ({ row: { original } }) => <InstanceCell override={original} />,
  },
  {
    id: 'age',
    header: 'Age',
    meta: { sortKey: 'age' },
    cell: ({ row: { original } }) => <AgeCell override={original} />,
  },
  {
    id: 'expiry',
    header: 'Expires',
    cell: ({ row: { original } }) => <ExpiryCell override={original} />,
  },
  {
    id: 'who',
    header: 'Who',
    meta: { className: 'break-words md:min-w-20 md:max-w-32' },
    cell: ({ row: { original } }) => <WhoCell override={original} />,
  },
  {
    id: 'why',
    header: 'Why',
    meta: { className: 'wrap-anywhere md:min-w-40 md:max-w-64' },
    cell: ({ row: { original } }) => <WhyCell override={original} />,
  },
  {
    id: 'lent',
    header: 'Lent',
    meta: { className: 'tabular whitespace-nowrap' },
    cell: ({ row: { original } }) => (
      <span className="font-medium text-lent-text">
        {formatMachineSize(original.sizeOverride?.machineSize ?? null)}
      </span>
    ),
  },
  {
    id: 'billed',
    header: 'Billed',
    // Who lends asks what is lent; at these widths the button to take it back needs the room.
    meta: { className: 'tabular whitespace-nowrap md:max-2xl:hidden' },
    cell: ({ row }) => formatMachineSize(row.original.machineSize),
  },
  {
    id: 'actions',
    header: 'Actions',
    meta: { align: 'end' },
    cell: ({ row: { original } }) => <ClearButton instance={original} />,
  },
];

interface CellProps {
  override: LentOverride;
}

function InstanceCell({ override: { instanceId, name, status } }: CellProps) {
  return (
    <InstanceLink instanceId={instanceId} name={name}>
      <StateBadge status={status} />
    </InstanceLink>
  );
}

function AgeCell({ override: { sizeOverride, isLongLent } }: CellProps) {
  if (sizeOverride === null) return NONE;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 max-md:justify-end">
      <RelativeTime instant={sizeOverride.setAt} />
      {isLongLent ? <Badge tone="warning">Over 7 days</Badge> : null}
    </span>
  );
}

function ExpiryCell({ override: { sizeOverride, isPastExpiry } }: CellProps) {
  if (sizeOverride === null) return NONE;
  if (sizeOverride.expiresAt === undefined) return <span className="text-muted">Never</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 max-md:justify-end">
      <RelativeTime instant={sizeOverride.expiresAt} />
      {isPastExpiry ? <Badge tone="danger">Past expiry</Badge> : null}
    </span>
  );
}

function WhoCell({ override: { sizeOverride, actorName } }: CellProps) {
  if (sizeOverride === null) return NONE;
  const { actorId } = sizeOverride;
  // What stands for a deleted admin is no id: nobody is found under it.
  if (/\s/.test(actorId)) return <span className="text-muted">{actorId}</span>;
  return (
    <TextLink href={paths.person(actorId)} className="font-normal text-text">
      {actorName ?? actorId}
    </TextLink>
  );
}

function WhyCell({ override: { sizeOverride, sizeOverrideUnreadable } }: CellProps) {
  if (sizeOverrideUnreadable)
    return <span className="text-danger-text">Can’t be read: set or clear it anew.</span>;
  return (
    <span className="line-clamp-2 break-words" title={sizeOverride?.reason}>
      {sizeOverride?.reason ?? NONE}
    </span>
  );
}
