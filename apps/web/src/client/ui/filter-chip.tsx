import { Check } from 'lucide-react';
import { cn } from '../lib/cn.ts';
import { formatCount } from '../lib/format.ts';

const NOT_COUNTED = '–';

interface FilterChipProps {
  /** Its accessible name; the count is its description. */
  label: string;
  pressed: boolean;
  onPressedChange: (pressed: boolean) => void;
  /** How many there are; left out while unknown, a dash where nobody counts that many. */
  count?: number | null | undefined;
  countIsCapped?: boolean;
}

export function FilterChip({
  label,
  pressed,
  onPressedChange,
  count,
  countIsCapped = false,
}: FilterChipProps) {
  const counted =
    count === undefined ? undefined : count === null ? NOT_COUNTED : formatCount(count, countIsCapped);
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-description={count === null ? 'not counted' : counted}
      onClick={() => onPressedChange(!pressed)}
      className={cn(
        'inline-flex h-7 items-center gap-1.5 rounded-full border px-2.5 font-medium text-xs transition-colors duration-100 [&_svg]:size-3',
        pressed
          ? 'border-accent bg-accent-soft text-accent-text'
          : 'border-border-strong/60 bg-surface-raised text-muted hover:bg-surface-sunken hover:text-text',
      )}
    >
      {pressed ? <Check aria-hidden="true" strokeWidth={3} /> : null}
      {label}
      {counted === undefined ? null : (
        <span aria-hidden="true" className="tabular font-normal">
          {counted}
        </span>
      )}
    </button>
  );
}
