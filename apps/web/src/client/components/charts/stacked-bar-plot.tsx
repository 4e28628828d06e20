import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatCount } from '../../lib/format.ts';
import { usePrefersReducedMotion } from '../../lib/use-media-query.ts';
import { gridStyle, marginStyle, xAxisStyle, yAxisStyle } from './axis-style.ts';
import { type ChartPoint, type ChartProps, cssColorOf, valueAt } from './chart-data.ts';
import { ChartTooltip } from './chart-tooltip.tsx';

const MAX_BAR_PX = 36;

/** Loaded when a page first shows it: the library is as large as the rest of the app. */
export default function StackedBarPlot(chart: ChartProps) {
  const { series, points, formatValue = formatCount } = chart;
  const still = usePrefersReducedMotion();
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={[...points]} margin={marginStyle} accessibilityLayer={false}>
        <CartesianGrid {...gridStyle} />
        <XAxis dataKey="label" {...xAxisStyle} />
        <YAxis {...yAxisStyle} tickFormatter={(value: number) => formatValue(value)} />
        <Tooltip
          content={<ChartTooltip chart={chart} />}
          cursor={{ fill: 'var(--color-surface-sunken)' }}
          isAnimationActive={false}
        />
        {series.map((each) => (
          <Bar
            key={each.key}
            stackId="all"
            dataKey={(point: ChartPoint) => valueAt(point, each)}
            name={each.label}
            fill={cssColorOf(each.color)}
            maxBarSize={MAX_BAR_PX}
            isAnimationActive={!still}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
