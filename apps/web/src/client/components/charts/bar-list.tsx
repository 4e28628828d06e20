import { formatCount } from '../../lib/format.ts';
import { AppLink } from '../app-link.tsx';
import { type ChartColor, cssColorOf } from './chart-data.ts';

export interface BarListItem {
  key: string;
  label: string;
  value: number;
  /** Where the rows that it counts are listed. */
  href?: string;
}

interface BarListProps {
  label: string;
  items: readonly BarListItem[];
  color?: ChartColor;
  formatValue?: (value: number) => string;
}

/** Shares of a whole, each with its figure: a list that is read like any other, with bars for the eye. */
export function BarList({ label, items, color = 1, formatValue = formatCount }: BarListProps) {
  const largest = Math.max(1, ...items.map(({ value }) => value));
  return (
    <ul aria-label={label} className="flex flex-col gap-1">
      {items.map(({ key, label: name, value, href }) => (
        <li key={key} className="flex flex-col gap-1 rounded-md py-1 text-sm">
          <span className="flex items-baseline justify-between gap-4">
            {href === undefined ? (
              <span className="min-w-0 break-words py-0.5">{name}</span>
            ) : (
              <AppLink
                href={href}
                className="min-w-0 break-words rounded-sm py-0.5 underline-offset-2 hover:underline"
              >
                {name}
              </AppLink>
            )}
            <span className="tabular text-muted">{formatValue(value)}</span>
          </span>
          <span aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-surface-sunken">
            <span
              className="block h-full rounded-full"
              style={{ width: `${(value / largest) * 100}%`, backgroundColor: cssColorOf(color) }}
            />
          </span>
        </li>
      ))}
    </ul>
  );
}
