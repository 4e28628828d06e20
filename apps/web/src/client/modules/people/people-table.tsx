/** The list of people with its search, filters and pages; the address holds all of it. */
import { Users } from 'lucide-react';
import { failureOf } from '../../lib/failure.ts';
import { useSearchView } from '../../lib/use-search-view.ts';
import { DataTable } from '../../table/data-table.tsx';
import { usePaging, usePlace } from '../../table/use-pages.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FilterChip } from '../../ui/filter-chip.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { PEOPLE_COLUMNS } from './people-columns.tsx';
import {
  isFiltered,
  type PeopleFilter,
  type Role,
  readPeopleFilter,
  searchOfFilter,
  withField,
} from './people-view.ts';
import { usePeople } from './use-people.ts';

const PEOPLE_ON_A_PAGE = 50;

/** `onInvite`: shown where nobody is found though nothing is filtered by. */
export function PeopleTable({ onInvite }: { onInvite: () => void }) {
  const [search, change] = useSearchView();
  const filter = readPeopleFilter(search);
  const place = usePlace();
  const list = usePeople(filter, place.after);
  const show = (next: PeopleFilter, replace = false) => change(searchOfFilter(next), { replace });
  const failure = list.error === null ? null : failureOf(list.error);
  return (
    <div className="flex flex-col gap-3">
      <SearchBox
        label="Search people"
        value={filter.q ?? ''}
        onSearch={(text) => show(withField(filter, 'q', text.trim() || undefined), true)}
        className="w-full md:max-w-md"
      />
      <Filters filter={filter} onChange={(next) => show(next)} />
      <DataTable
        caption="People"
        columns={PEOPLE_COLUMNS}
        rows={list.data?.items}
        rowId={({ id }) => id}
        isStale={list.isPlaceholderData}
        failure={failure && { ...failure, onRetry: () => void list.refetch(), retrying: list.isFetching }}
        empty={
          <EmptyState
            icon={<Users />}
            title={isFiltered(filter) ? 'Nobody matches.' : 'There is nobody yet.'}
            action={
              isFiltered(filter) ? (
                <Button onClick={() => show({})}>Clear all filters</Button>
              ) : (
                <Button variant="primary" onClick={onInvite}>
                  Invite a person
                </Button>
              )
            }
          >
            People are found by a part of their name, address or id.
          </EmptyState>
        }
        {...usePaging(place, searchOfFilter(filter), list.data, PEOPLE_ON_A_PAGE)}
      />
    </div>
  );
}

const ROLE_CHIPS: readonly { role: Role; label: string }[] = [
  { role: 'admin', label: 'Admins' },
  { role: 'customer', label: 'Customers' },
];

interface FiltersProps {
  filter: PeopleFilter;
  onChange: (filter: PeopleFilter) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  return (
    <fieldset className="flex flex-wrap items-center gap-1.5">
      <legend className="sr-only">Filters</legend>
      {ROLE_CHIPS.map(({ role, label }) => (
        <FilterChip
          key={role}
          label={label}
          pressed={filter.role === role}
          onPressedChange={(pressed) => onChange(withField(filter, 'role', pressed ? role : undefined))}
        />
      ))}
      <FilterChip
        label="With deleted"
        pressed={filter.includeDeleted === true}
        onPressedChange={(pressed) =>
          onChange(withField(filter, 'includeDeleted', pressed ? true : undefined))
        }
      />
      {isFiltered(filter) ? (
        <Button size="sm" variant="ghost" onClick={() => onChange({})}>
          Clear all filters
        </Button>
      ) : null}
    </fieldset>
  );
}
