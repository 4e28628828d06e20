import { Area, AreaChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatCount } from '../../lib/format.ts';
import { usePrefersReducedMotion } from '../../lib/use-media-query.ts';
import { gridStyle, marginStyle, xAxisStyle, yAxisStyle } from './axis-style.ts';
import { type ChartPoint, type ChartProps, cssColorOf, valueAt } from './chart-data.ts';
import { ChartTooltip } from './chart-tooltip.tsx';

/** The level at the end of each span: drawn in steps, since a slope would tell of values between. */
export default function LinePlot(chart: ChartProps) {
  const { series, points, formatValue = formatCount } = chart;
  const still = usePrefersReducedMotion();
  return (
    <ResponsiveContainer width="100%" height="100%">
      <AreaChart data={[...points]} margin={marginStyle} accessibilityLayer={false}>
        <CartesianGrid {...gridStyle} />
        <XAxis dataKey="label" {...xAxisStyle} />
        <YAxis {...yAxisStyle} tickFormatter={(value: number) => formatValue(value)} />
        <Tooltip
          content={<ChartTooltip chart={chart} />}
          cursor={{ stroke: 'var(--color-border-strong)' }}
          isAnimationActive={false}
        />
        {series.map((each) => (
          <Area
            key={each.key}
            type="stepBefore"
            dataKey={(point: ChartPoint) => valueAt(point, each)}
            name={each.label}
            stroke={cssColorOf(each.color)}
            strokeWidth={1.75}
            fill={cssColorOf(each.color)}
            fillOpacity={0.1}
            dot={false}
            isAnimationActive={!still}
          />
        ))}
      </AreaChart>
    </ResponsiveContainer>
  );
}
