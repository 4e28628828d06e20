import { Boxes, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { BarList, type BarListItem } from '../../components/charts/bar-list.tsx';
import type { ChartColor, ChartSeries } from '../../components/charts/chart-data.ts';
import { StackedBarChart } from '../../components/charts/stacked-bar-chart.tsx';
import { formatCount } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import { buttonStyle } from '../../ui/button-style.ts';
import { Card, Section } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { LentChart } from '../overrides/lent-chart.tsx';
import { FigureTiles } from './figure-tiles.tsx';
import {
  driftItems,
  type FleetFigures,
  failureItems,
  OPERATION_DAYS,
  operationPoints,
  outcomesOf,
  providerItems,
  statusItems,
  tierItems,
} from './fleet-figures.ts';

const OUTCOMES: ChartSeries[] = [
  { key: 'succeeded', label: 'Succeeded', color: 2 },
  { key: 'failed', label: 'Failed', color: 4 },
];
const CHART_HEIGHT_PX = 190;

export function FleetOverview({ figures }: { figures: FleetFigures }) {
  const { active, operations } = figures;
  const isNew = active === 0 && operations.length === 0;
  return (
    <>
      <FigureTiles figures={figures} />
      {active === 0 ? <NoInstances /> : <Shares figures={figures} />}
      {isNew ? null : (
        <>
          <Operations figures={figures} />
          <LentChart />
        </>
      )}
    </>
  );
}

function Shares({ figures }: { figures: FleetFigures }) {
  return (
    <div className="grid gap-5 md:grid-cols-2 xl:grid-cols-4">
      <Share title="By tier" label="Instances by tier" items={tierItems(figures)} color={1} />
      <Share title="By provider" label="Instances by provider" items={providerItems(figures)} color={5} />
      <Share title="By status" label="Instances by status" items={statusItems(figures)} color={2} />
      <Share title="Drift by kind" label="Drift by kind" items={driftItems(figures)} color={4}>
        No instance differs from what is on record.
      </Share>
    </div>
  );
}

interface ShareProps {
  title: string;
  label: string;
  items: readonly BarListItem[];
  color: ChartColor;
  /** Where there are none. */
  children?: ReactNode;
}

function Share({ title, label, items, color, children }: ShareProps) {
  return (
    <Section title={title}>
      {items.length === 0 ? <AllWell>{children}</AllWell> : <BarList {...{ label, items, color }} />}
    </Section>
  );
}

function AllWell({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 text-muted text-sm">
      <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-positive-text" />
      {children}
    </p>
  );
}

function Operations({ figures }: { figures: FleetFigures }) {
  const { succeeded, failed } = outcomesOf(figures.operations);
  const failures = failureItems(figures);
  return (
    <div className="grid gap-5 xl:grid-cols-4">
      <Section
        title={`Operations in the last ${OPERATION_DAYS} days`}
        description={`${formatCount(succeeded)} succeeded, ${formatCount(failed)} failed. Days are in UTC.`}
        className="xl:col-span-3"
      >
        <StackedBarChart
          label="Operations by day"
          pointNoun="Day"
          series={OUTCOMES}
          points={operationPoints(figures)}
          heightPx={CHART_HEIGHT_PX}
        />
      </Section>
      <Section title="Failures by operation">
        {failures.length === 0 ? (
          <AllWell>No operation has failed.</AllWell>
        ) : (
          <BarList label="Failures by operation" items={failures} color={4} />
        )}
      </Section>
    </div>
  );
}

function NoInstances() {
  return (
    <Card>
      <EmptyState
        icon={<Boxes />}
        title="There are no instances yet."
        action={
          <AppLink href={paths.adminInstances()} className={buttonStyle({ variant: 'primary' })}>
            Go to the instances
          </AppLink>
        }
      >
        Make the first one with New instance there, or have your backend ask for it over the platform API.
      </EmptyState>
    </Card>
  );
}

const TILES = ['1', '2', '3', '4', '5'];
const CARDS = ['1', '2', '3', '4'];

export function FleetSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-5">
      <span role="status" className="sr-only">
        Loading
      </span>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
        {TILES.map((tile) => (
          <Card key={tile} className="px-4 py-3 last:max-md:col-span-2">
            <Skeleton className="w-1/2" />
            <Skeleton className="my-2 h-6 w-1/3" />
            <Skeleton className="w-2/3" />
          </Card>
        ))}
      </div>
      <div className="grid gap-5 md:grid-cols-2 xl:grid-cols-4">
        {CARDS.map((card) => (
          <Card key={card} className="p-4">
            <Skeleton className="h-40" />
          </Card>
        ))}
      </div>
    </div>
  );
}
