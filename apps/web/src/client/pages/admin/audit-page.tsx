import { ScrollText } from 'lucide-react';
import { Page } from '../../components/page.tsx';
import { useSearchView } from '../../lib/use-search-view.ts';
import { AuditExport } from '../../modules/audit/audit-export.tsx';
import { AuditFilters } from '../../modules/audit/audit-filters.tsx';
import { AuditTable } from '../../modules/audit/audit-table.tsx';
import { readAuditFilter, searchOfFilter } from '../../modules/audit/audit-view.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

export function AuditPage() {
  const [search, change] = useSearchView();
  const filter = readAuditFilter(search);
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page title="Audit" actions={<AuditExport filter={filter} />}>
      <AuditFilters filter={filter} onChange={(next) => change(searchOfFilter(next))} />
      <AuditTable
        filter={filter}
        search={searchOfFilter(filter)}
        {...(isFiltered ? { empty: <NoMatch onClear={() => change({})} /> } : {})}
      />
    </Page>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon={<ScrollText />}
      title="No row of the log matches."
      action={<Button onClick={onClear}>Show the whole log</Button>}
    />
  );
}
