import { type ReactNode, Suspense } from 'react';
import { formatCount } from '../../lib/format.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { type ChartProps, cssColorOf, valueAt } from './chart-data.ts';

export const DEFAULT_HEIGHT_PX = 200;

/** Around a chart: its name, its key, and the same figures as a table for who can't see it. */
export function ChartFigure({ chart, children }: { chart: ChartProps; children: ReactNode }) {
  const { label, series, heightPx = DEFAULT_HEIGHT_PX } = chart;
  return (
    <figure className="flex min-w-0 flex-col gap-3">
      <div role="img" aria-label={label} style={{ height: heightPx }} className="min-w-0">
        <Suspense fallback={<LoadingPlot />}>{children}</Suspense>
      </div>
      {series.length < 2 ? null : (
        <ul aria-hidden="true" className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
          {series.map((each) => (
            <li key={each.key} className="inline-flex items-center gap-1.5">
              <span className="size-2 rounded-[2px]" style={{ backgroundColor: cssColorOf(each.color) }} />
              {each.label}
            </li>
          ))}
        </ul>
      )}
      <FiguresTable chart={chart} />
    </figure>
  );
}

function LoadingPlot() {
  return (
    <div aria-busy="true" className="h-full">
      <Skeleton className="h-full" />
    </div>
  );
}

function FiguresTable({ chart }: { chart: ChartProps }) {
  const { label, pointNoun, series, points, formatValue = formatCount } = chart;
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{pointNoun}</th>
            {series.map((each) => (
              <th key={each.key} scope="col">
                {each.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.label}>
              <th scope="row">{point.label}</th>
              {series.map((each) => (
                <td key={each.key}>{formatValue(valueAt(point, each))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
