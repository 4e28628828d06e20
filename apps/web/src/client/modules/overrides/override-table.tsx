/** Every lent size of the fleet, oldest first; the address holds order and page. */
import { ShieldCheck } from 'lucide-react';
import { TextLink } from '../../components/text-link.tsx';
import { paths } from '../../lib/path-builder.ts';
import { textOf, useSearchView } from '../../lib/use-search-view.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { TableSort } from '../../table/table-props.ts';
import { usePageFailure, usePaging, usePlace } from '../../table/use-pages.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { OVERRIDE_COLUMNS } from './override-columns.tsx';
import { type OverrideSort, useOverrides } from './use-overrides.ts';

const OVERRIDES_ON_A_PAGE = 50;
/** The oldest have the greatest age. */
const TABLE_SORT: Record<OverrideSort, TableSort> = {
  oldest: { key: 'age', direction: 'desc' },
  newest: { key: 'age', direction: 'asc' },
};

export function OverrideTable() {
  const [search, change] = useSearchView();
  const sort: OverrideSort = textOf(search, 'sort') === 'newest' ? 'newest' : 'oldest';
  const view = (next: OverrideSort) => ({ sort: next === 'newest' ? next : undefined });
  const place = usePlace();
  const list = useOverrides(sort, place.after);
  const failure = usePageFailure(place, view(sort), list);
  return (
    <DataTable
      caption="Size overrides"
      columns={OVERRIDE_COLUMNS}
      rows={list.data?.items}
      rowId={({ instanceId }) => instanceId}
      isStale={list.isPlaceholderData}
      failure={failure}
      empty={<NothingLent />}
      sort={TABLE_SORT[sort]}
      onSortChange={({ direction }) => change(view(direction === 'asc' ? 'newest' : 'oldest'))}
      {...usePaging(place, view(sort), list.data, OVERRIDES_ON_A_PAGE)}
    />
  );
}

function NothingLent() {
  return (
    <EmptyState icon={<ShieldCheck />} title="Nothing is lent.">
      <p>
        A size override is set on an instance’s own page:{' '}
        <TextLink href={paths.adminInstances()}>find one</TextLink> among the instances.
      </p>
    </EmptyState>
  );
}
