import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { paths } from '../../lib/path-builder.ts';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { Configuration } from './configuration.tsx';
import { Timeline, TimelineSkeleton } from './timeline.tsx';

const AuditTable = lazy(async () => ({ default: (await import('../audit/audit-table.tsx')).AuditTable }));

const TABS = [
  { value: 'timeline', label: 'Timeline' },
  { value: 'audit', label: 'Audit' },
  { value: 'configuration', label: 'Configuration' },
] as const;
type Tab = (typeof TABS)[number]['value'];

const isTab = (value: unknown): value is Tab => TABS.some((tab) => tab.value === value);

interface InstanceTabsProps {
  instance: DebugView;
  current: OperationAnswer | null;
}

/** What there is of an instance beside its state; the URL says which of it is shown. */
export function InstanceTabs({ instance, current }: InstanceTabsProps) {
  const navigate = useNavigate();
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const tab = isTab(search.tab) ? search.tab : 'timeline';
  const show = (value: string) =>
    void navigate({
      href: paths.adminInstance(instance.instanceId, value === 'timeline' ? {} : { tab: value }),
      replace: true,
      resetScroll: false,
    });
  return (
    <Tabs label="More of this instance" value={tab} onValueChange={show} tabs={TABS}>
      <TabPanel value="timeline">
        <Timeline target={instance} current={current} />
      </TabPanel>
      <TabPanel value="audit">
        <Suspense fallback={<TimelineSkeleton />}>
          <AuditTable filter={{ instanceId: instance.instanceId }} search={{ tab: 'audit' }} ofInstance />
        </Suspense>
      </TabPanel>
      <TabPanel value="configuration">
        <Configuration instance={instance} />
      </TabPanel>
    </Tabs>
  );
}
