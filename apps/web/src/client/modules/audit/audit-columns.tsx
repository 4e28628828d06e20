/** The columns of the audit log. */
import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/routers/app-router.ts';
import { TextLink } from '../../components/text-link.tsx';
import { NONE } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import type { TableColumn } from '../../table/column-meta.ts';
import { Badge } from '../../ui/badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { shortInstanceId } from '../instances/instance-link.tsx';
import { ACTOR_KINDS, actionLabel, OUTCOMES } from './audit-words.ts';

export type ListedAuditRow = inferRouterOutputs<AppRouter>['admin']['audit']['list']['items'][number];

export const AUDIT_COLUMNS: readonly TableColumn<ListedAuditRow>[] = [
  { id: 'action', header: 'Action', cell: ({ row }) => <ActionCell row={row.original} /> },
  { id: 'when', header: 'When', cell: ({ row }) => <RelativeTime instant={row.original.at} /> },
  {
    id: 'who',
    header: 'Who',
    meta: { className: 'md:max-w-48' },
    cell: ({ row }) => <WhoCell row={row.original} />,
  },
  { id: 'outcome', header: 'Outcome', cell: ({ row }) => <OutcomeBadge outcome={row.original.outcome} /> },
  {
    id: 'instance',
    header: 'Instance',
    cell: ({ row: { original } }) => <InstanceCell instanceId={original.instanceId} />,
  },
  {
    id: 'person',
    header: 'Person',
    meta: { className: 'md:max-w-48' },
    cell: ({ row: { original } }) => <PersonCell row={original} />,
  },
];

/** On an instance's own page nobody has to be told which one it is. */
export const AUDIT_COLUMNS_OF_INSTANCE = AUDIT_COLUMNS.filter(
  ({ id }) => id !== 'instance' && id !== 'person',
);

interface CellProps {
  row: ListedAuditRow;
}

function ActionCell({ row: { action } }: CellProps) {
  return <span className="font-medium">{actionLabel(action)}</span>;
}

function OutcomeBadge({ outcome }: Pick<ListedAuditRow, 'outcome'>) {
  const { label, tone } = OUTCOMES[outcome];
  return <Badge tone={tone}>{label}</Badge>;
}

function WhoCell({ row: { actorId, actorKind, actorName } }: CellProps) {
  if (actorKind === 'system') return <span className="text-muted">{ACTOR_KINDS.system}</span>;
  const isPerson = actorKind === 'admin' || actorKind === 'customer';
  return (
    <span className="flex min-w-0 flex-col max-md:items-end">
      {isPerson ? (
        <TextLink href={paths.person(actorId)} className="max-w-full truncate font-normal text-text">
          {actorName ?? actorId}
        </TextLink>
      ) : (
        <span className="max-w-full truncate">{actorId}</span>
      )}
      <span className="text-muted text-xs">{ACTOR_KINDS[actorKind]}</span>
    </span>
  );
}

function InstanceCell({ instanceId }: { instanceId: string | null }) {
  if (instanceId === null) return <span className="text-muted">{NONE}</span>;
  return (
    <TextLink href={paths.adminInstance(instanceId)} className="font-mono text-xs">
      {shortInstanceId(instanceId)}
    </TextLink>
  );
}

function PersonCell({ row: { targetUserId, targetUserName } }: CellProps) {
  if (targetUserId === null) return <span className="text-muted">{NONE}</span>;
  return (
    <TextLink href={paths.person(targetUserId)} className="block truncate font-normal text-text">
      {targetUserName ?? targetUserId}
    </TextLink>
  );
}
