import { Page } from '../../components/page.tsx';
import { LentChart } from '../../modules/overrides/lent-chart.tsx';
import { OverrideTable } from '../../modules/overrides/override-table.tsx';

export function OverridesPage() {
  return (
    <Page title="Overrides" subtitle="Every size that an admin has lent, with whom to ask about it.">
      <OverrideTable />
      <LentChart />
    </Page>
  );
}
