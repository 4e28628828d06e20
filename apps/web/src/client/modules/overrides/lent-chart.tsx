import type { ChartPoint, ChartSeries } from '../../components/charts/chart-data.ts';
import { LineChart } from '../../components/charts/line-chart.tsx';
import { failureOf } from '../../lib/failure.ts';
import { formatMachineSize } from '../../lib/format.ts';
import { Section } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useLentLevels } from './use-overrides.ts';

const DAYS = 30;
const CPUS: ChartSeries[] = [{ key: 'cpus', label: 'Lent CPUs', color: 3 }];
const MEMORY: ChartSeries[] = [{ key: 'memoryGb', label: 'Lent RAM in GB', color: 5 }];
const CHART_HEIGHT_PX = 140;
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** CPUs and RAM have scales of their own, and so a chart each. */
export function LentChart() {
  const levels = useLentLevels(DAYS);
  const now = levels.data?.at(-1);
  const points: ChartPoint[] | undefined = levels.data?.map(({ at, cpus, memoryGb }) => ({
    label: day.format(new Date(at)),
    values: { cpus, memoryGb },
  }));
  const description =
    now === undefined
      ? undefined
      : `Now ${formatMachineSize({ cpus: now.cpus, memory_mb: now.memoryGb * 1_024 })}.`;
  return (
    <Section title={`Lent in the last ${DAYS} days`} description={description}>
      {points !== undefined ? (
        <div className="grid gap-6 md:grid-cols-2">
          <Levels heading="CPUs" label="Lent CPUs by day" series={CPUS} points={points} />
          <Levels heading="RAM in GB" label="Lent RAM in GB by day" series={MEMORY} points={points} />
        </div>
      ) : levels.error !== null ? (
        <ErrorState
          {...failureOf(levels.error)}
          onRetry={() => void levels.refetch()}
          retrying={levels.isFetching}
        />
      ) : (
        <Skeleton className="h-40" />
      )}
    </Section>
  );
}

interface LevelsProps {
  heading: string;
  label: string;
  series: ChartSeries[];
  points: ChartPoint[];
}

function Levels({ heading, ...chart }: LevelsProps) {
  return (
    <div className="min-w-0">
      <h3 className="mb-2 font-medium text-muted text-xs">{heading}</h3>
      <LineChart {...chart} pointNoun="Day" heightPx={CHART_HEIGHT_PX} />
    </div>
  );
}
