import { formatCount } from '../../lib/format.ts';
import { type ChartProps, cssColorOf, valueAt } from './chart-data.ts';

interface ChartTooltipProps {
  chart: ChartProps;
  /** The two that the chart library gives it. */
  active?: boolean;
  label?: string | number | undefined;
}

/** The figures of the point under the pointer. */
export function ChartTooltip({ chart, active = false, label }: ChartTooltipProps) {
  const point = chart.points.find((each) => each.label === label);
  if (!active || point === undefined) return null;
  const { formatValue = formatCount } = chart;
  return (
    <div className="rounded-md border border-border bg-surface-raised px-2.5 py-2 text-xs shadow-floating">
      <p className="mb-1 font-medium">{point.label}</p>
      <ul className="flex flex-col gap-0.5">
        {chart.series.map((series) => (
          <li key={series.key} className="flex items-center gap-1.5 text-muted">
            <span className="size-2 rounded-[2px]" style={{ backgroundColor: cssColorOf(series.color) }} />
            <span className="mr-3 flex-1">{series.label}</span>
            <span className="tabular text-text">{formatValue(valueAt(point, series))}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
