/** What the charts draw. */

/** One line, or one layer of a bar. */
export interface ChartSeries {
  key: string;
  label: string;
  color: ChartColor;
}

/** Colours of the theme, in the order in which to take them. */
export type ChartColor = 1 | 2 | 3 | 4 | 5 | 6;

/** One place on the x axis with the figures of each series. `label` is its name there: a day, mostly. */
export interface ChartPoint {
  label: string;
  values: Readonly<Record<string, number>>;
}

export interface ChartProps {
  /** The accessible name, one sentence or a few words: `Operations by day`. */
  label: string;
  /** What the points are: the head of the first column for who can't see the chart: `Day`. */
  pointNoun: string;
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  formatValue?: (value: number) => string;
  heightPx?: number;
}

export function cssColorOf(color: ChartColor): string {
  return `var(--color-chart-${color})`;
}

/** A value that a point doesn't have counts as none. */
export function valueAt(point: ChartPoint, series: ChartSeries): number {
  return point.values[series.key] ?? 0;
}
