import { lazy } from 'react';
import type { ChartProps } from './chart-data.ts';
import { ChartFigure } from './chart-figure.tsx';

const LinePlot = lazy(() => import('./line-plot.tsx'));

/** Levels over time. */
export function LineChart(chart: ChartProps) {
  return (
    <ChartFigure chart={chart}>
      <LinePlot {...chart} />
    </ChartFigure>
  );
}
