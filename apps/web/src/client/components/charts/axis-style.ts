/** How the axes of every chart look. */
const tick = { fill: 'var(--color-muted)', fontSize: 11 };

export const xAxisStyle = { tick, tickLine: false, axisLine: false, minTickGap: 24, tickMargin: 6 };
export const yAxisStyle = {
  tick,
  tickLine: false,
  axisLine: false,
  width: 'auto' as const,
  allowDecimals: false,
};
export const gridStyle = { vertical: false, stroke: 'var(--color-border)' };
export const marginStyle = { top: 6, right: 4, bottom: 0, left: 0 };
