import { lazy } from 'react';
import type { ChartProps } from './chart-data.ts';
import { ChartFigure } from './chart-figure.tsx';

const StackedBarPlot = lazy(() => import('./stacked-bar-plot.tsx'));

/** Counts by day, in layers. */
export function StackedBarChart(chart: ChartProps) {
  return (
    <ChartFigure chart={chart}>
      <StackedBarPlot {...chart} />
    </ChartFigure>
  );
}
