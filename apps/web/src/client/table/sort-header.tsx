import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import type { TableSort } from './table-props.ts';

interface SortHeaderProps {
  label: string;
  sortKey: string | undefined;
  sort: TableSort | undefined;
  onSortChange: ((sort: TableSort) => void) | undefined;
  className: string;
}

const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const;

/** A first click sorts downwards, newest and largest first, which is what one looks for here; the next one turns it. */
export function nextSort(sort: TableSort | undefined, key: string): TableSort {
  return { key, direction: sort?.key === key && sort.direction === 'desc' ? 'asc' : 'desc' };
}

export function SortHeader({ label, sortKey, sort, onSortChange, className }: SortHeaderProps) {
  if (sortKey === undefined || onSortChange === undefined) {
    return (
      <th scope="col" className={className}>
        {label}
      </th>
    );
  }
  const direction = sort?.key === sortKey ? sort.direction : undefined;
  return (
    <th
      scope="col"
      aria-sort={direction === undefined ? undefined : ARIA_SORT[direction]}
      className={className}
    >
      <button
        type="button"
        onClick={() => onSortChange(nextSort(sort, sortKey))}
        className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 font-medium hover:text-text"
      >
        {label}
        <SortIcon direction={direction} />
      </button>
    </th>
  );
}

function SortIcon({ direction }: { direction: 'asc' | 'desc' | undefined }) {
  if (direction === 'asc') return <ArrowUp aria-hidden="true" className="size-3 text-text" />;
  if (direction === 'desc') return <ArrowDown aria-hidden="true" className="size-3 text-text" />;
  return <ChevronsUpDown aria-hidden="true" className="size-3" />;
}
