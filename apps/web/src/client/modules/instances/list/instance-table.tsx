/** The list of instances with its search, filters, pages and selection; the address holds all but the selection. */
import { useMutation } from '@tanstack/react-query';
import { Download, Server } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTRPC } from '../../../lib/trpc.ts';
import { useSearchView } from '../../../lib/use-search-view.ts';
import { DataTable } from '../../../table/data-table.tsx';
import { usePageFailure, usePaging, usePlace } from '../../../table/use-pages.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { SearchBox } from '../../../ui/search-box.tsx';
import { exportHandlers } from '../../exports/export-handlers.ts';
import { INSTANCE_COLUMNS } from './instance-columns.tsx';
import { InstanceFilters } from './instance-filters.tsx';
import {
  type InstancesView,
  isFiltered,
  readInstancesView,
  searchOfView,
  sortOfTable,
  tableSortOf,
  withField,
} from './instances-view.ts';
import { useInstanceList } from './use-instance-list.ts';

const INSTANCES_ON_A_PAGE = 50;
/** As many as one export takes one by one; for more of them there is the filter. */
const SELECTED_MAX = 1_000;

/** `onNew`: shown where there is no instance at all. */
export function InstanceTable({ onNew }: { onNew: () => void }) {
  const [search, change] = useSearchView();
  const view = readInstancesView(search);
  const place = usePlace();
  const { list, counts } = useInstanceList(view, place.after);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const show = (next: Partial<InstancesView>, replace = false) => {
    // Rows that are not in sight any more must not be exported unseen.
    if (next.filter !== undefined) setSelected(new Set());
    change(searchOfView({ ...view, ...next }), { replace });
  };
  const failure = usePageFailure(place, searchOfView(view), list);
  const clear = () => show({ filter: {} });
  return (
    <div className="flex flex-col gap-3">
      <SearchBox
        label="Search instances"
        value={view.filter.q ?? ''}
        onSearch={(text) => show({ filter: withField(view.filter, 'q', text.trim() || undefined) }, true)}
        className="w-full md:max-w-md"
      />
      <InstanceFilters filter={view.filter} counts={counts.data} onChange={(filter) => show({ filter })} />
      <DataTable
        caption="Instances"
        columns={INSTANCE_COLUMNS}
        rows={list.data?.items}
        rowId={({ instanceId }) => instanceId}
        isStale={list.isPlaceholderData}
        failure={failure}
        empty={isFiltered(view.filter) ? <NoMatch onClear={clear} /> : <NoInstances onNew={onNew} />}
        sort={tableSortOf(view.sort)}
        onSortChange={(sort) => show({ sort: sortOfTable(sort) })}
        selection={{
          selected,
          onSelectedChange: (next) => setSelected(new Set([...next].slice(0, SELECTED_MAX))),
          rowLabel: ({ name, instanceId }) => name ?? instanceId,
          actions: (chosen) => <ExportChosen instanceIds={[...chosen]} />,
        }}
        {...usePaging(place, searchOfView(view), list.data, INSTANCES_ON_A_PAGE)}
      />
    </div>
  );
}

function ExportChosen({ instanceIds }: { instanceIds: string[] }) {
  const file = useMutation(useTRPC().admin.instances.export.mutationOptions(exportHandlers('instance')));
  return (
    <ExportButton loading={file.isPending} onClick={() => file.mutate({ of: 'chosen', instanceIds })}>
      Export CSV
    </ExportButton>
  );
}

/** Everything that the page's filter finds. */
export function ExportFound() {
  const [search] = useSearchView();
  const { filter } = readInstancesView(search);
  const file = useMutation(useTRPC().admin.instances.export.mutationOptions(exportHandlers('instance')));
  return (
    <ExportButton loading={file.isPending} onClick={() => file.mutate({ of: 'filter', filter })}>
      {isFiltered(filter) ? 'Export found as CSV' : 'Export all as CSV'}
    </ExportButton>
  );
}

function ExportButton(props: { loading: boolean; onClick: () => void; children: ReactNode }) {
  return <Button {...props} icon={<Download aria-hidden="true" />} />;
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={<Server />}
      title="No instance matches."
      action={<Button onClick={onClear}>Show all instances</Button>}
    >
      Destroyed instances are found under Destroyed, or by their whole id.
    </EmptyState>
  );
}

function NoInstances({ onNew }: { onNew: () => void }) {
  return (
    <EmptyState
      icon={<Server />}
      title="There are no instances yet."
      action={
        <Button variant="primary" onClick={onNew}>
          New instance
        </Button>
      }
    >
      Make the first one here, or have your backend ask for it over the platform API.
    </EmptyState>
  );
}
