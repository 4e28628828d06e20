/** The columns of the list of people. */
import { TextLink } from '../../components/text-link.tsx';
import { formatCount, NONE } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import type { TableColumn } from '../../table/column-meta.ts';
import { Badge } from '../../ui/badge.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { instancesHref } from '../fleet/fleet-figures.ts';
import type { Person } from './people-view.ts';
import { personName, ROLE_LABELS, signInSign } from './person-words.ts';

const SHORT_ID_LENGTH = 12;

export const PEOPLE_COLUMNS: readonly TableColumn<Person>[] = [
  {
    id: 'name',
    header: 'Person',
    meta: { className: 'md:max-w-40' },
    cell: ({ row: { original } }) => <NameCell person={original} />,
  },
  {
    id: 'email',
    header: 'Email',
    meta: { className: 'md:max-w-48' },
    cell: ({ row: { original } }) => <EmailCell person={original} />,
  },
  { id: 'role', header: 'Role', cell: ({ row: { original } }) => <RoleBadge role={original.role} /> },
  { id: 'signIn', header: 'Sign-in', cell: ({ row: { original } }) => <SignInBadge person={original} /> },
  {
    id: 'instances',
    header: 'Instances',
    meta: { align: 'end', className: 'tabular' },
    cell: ({ row: { original } }) => <InstancesCell person={original} />,
  },
  {
    id: 'lent',
    header: 'Overrides lent',
    meta: { align: 'end', className: 'tabular max-xl:hidden' },
    cell: ({ row: { original } }) =>
      original.lentOverrides === 0 ? NONE : formatCount(original.lentOverrides),
  },
  {
    id: 'lastSession',
    header: 'Last session',
    cell: ({ row }) => <RelativeTime instant={row.original.lastSessionAt} />,
  },
  {
    id: 'created',
    header: 'Created',
    meta: { className: 'max-xl:hidden' },
    cell: ({ row }) => <RelativeTime instant={row.original.createdAt} />,
  },
];

interface CellProps {
  person: Person;
}

function NameCell({ person }: CellProps) {
  const { id } = person;
  const short = id.length > SHORT_ID_LENGTH ? `${id.slice(0, SHORT_ID_LENGTH)}…` : undefined;
  return (
    <div className="flex min-w-0 flex-col items-start">
      <TextLink href={paths.person(id)} className="max-w-full truncate leading-6">
        {personName(person)}
      </TextLink>
      <CopyableId
        id={id}
        noun="person id"
        {...(short === undefined ? {} : { short })}
        className="text-muted"
      />
    </div>
  );
}

function EmailCell({ person: { email, emailKind } }: CellProps) {
  if (email === null) return <span className="text-muted">{NONE}</span>;
  return (
    <>
      <span className="block truncate" title={email}>
        {email}
      </span>
      {emailKind === 'contact' ? <span className="block text-muted text-xs">Contact address</span> : null}
    </>
  );
}

export function RoleBadge({ role }: Pick<Person, 'role'>) {
  return <Badge tone={role === 'admin' ? 'accent' : 'neutral'}>{ROLE_LABELS[role]}</Badge>;
}

export function SignInBadge({ person }: CellProps) {
  const { label, tone } = signInSign(person);
  return <Badge tone={tone}>{label}</Badge>;
}

function InstancesCell({ person: { id, instances } }: CellProps) {
  if (instances === 0) return NONE;
  return (
    <TextLink
      href={instancesHref({ userId: id })}
      aria-label={`${formatCount(instances)}, instances of ${id}`}
      className="inline-flex min-h-6 min-w-6 items-center justify-end"
    >
      {formatCount(instances)}
    </TextLink>
  );
}
