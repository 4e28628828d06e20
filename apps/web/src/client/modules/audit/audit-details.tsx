/** Everything that an audit row tells, under the row. */
import { ArrowRight } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { TextLink } from '../../components/text-link.tsx';
import { formatExactTime, NONE } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import type { ListedAuditRow } from './audit-columns.tsx';
import { type AuditFilter, searchOfFilter } from './audit-view.ts';
import { type ChangedFact, changedFacts, factsOf } from './facts.ts';

export function AuditDetails({ row }: { row: ListedAuditRow }) {
  return (
    <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
      <Part title="Record" facts={recordOf(row)} />
      <div className="flex min-w-0 flex-col gap-4">
        <Part
          title={titleOfChanges(row)}
          facts={changedFacts(row.before, row.after).map((fact) => ({
            name: fact.name,
            value: <Change {...fact} />,
          }))}
        />
        <Part title="Details" facts={factsOf(row.metadata)} />
      </div>
    </div>
  );
}

function titleOfChanges({ before, after }: ListedAuditRow): string {
  if (after === null) return 'Before';
  return before === null ? 'After' : 'Before and after';
}

function recordOf(row: ListedAuditRow) {
  return [
    { name: 'Time', value: formatExactTime(row.at) },
    { name: 'Actor', value: <Id id={row.actorId} noun="actor id" field="actorId" /> },
    { name: 'Instance', value: <Id id={row.instanceId} noun="instance id" field="instanceId" /> },
    { name: 'Person', value: <Id id={row.targetUserId} noun="user id" field="targetUserId" /> },
    { name: 'Operation', value: <Id id={row.operationId} noun="operation id" field="operationId" /> },
    { name: 'Request', value: <Id id={row.requestId} noun="request id" field="requestId" /> },
    { name: 'IP address', value: row.ip ?? NONE },
  ];
}

/** An id with the way to all rows that have it. */
function Id({ id, noun, field }: { id: string | null; noun: string; field: keyof AuditFilter }) {
  if (id === null) return NONE;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3">
      <CopyableId id={id} noun={noun} />
      <TextLink
        href={paths.audit(searchOfFilter({ [field]: id }))}
        aria-label={`All rows of this ${noun.replace(' id', '')}`}
        className="inline-flex min-h-6 items-center font-normal text-xs"
      >
        All rows
      </TextLink>
    </span>
  );
}

interface PartProps {
  title: string;
  facts: readonly { name: string; value: ReactNode }[];
}

function Part({ title, facts }: PartProps) {
  if (facts.length === 0) return null;
  return (
    <div className="min-w-0">
      <p className="mb-1.5 font-medium text-xs">{title}</p>
      <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        {facts.map(({ name, value }) => (
          <Fragment key={name}>
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}

function Change({ before, after, isChanged }: ChangedFact) {
  if (!isChanged) return after ?? before;
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <span className="text-muted">{before ?? NONE}</span>
      <ArrowRight role="img" aria-label="becomes" className="size-3.5 shrink-0 text-muted" />
      <span className="font-medium">{after ?? NONE}</span>
    </span>
  );
}
