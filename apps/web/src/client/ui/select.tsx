import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cn } from '../lib/cn.ts';
import { controlStyle } from './control-style.ts';
import { useFieldControl } from './field.tsx';

export interface SelectOption {
  value: string;
  label: string;
}

interface SelectProps extends Omit<ComponentProps<'select'>, 'children' | 'multiple' | 'size'> {
  options: readonly SelectOption[];
}

/** The browser's own list: it knows keyboards, screen readers and phones better than any we could draw. */
export function Select({ options, className, ...rest }: SelectProps) {
  const field = useFieldControl();
  return (
    <div className={cn('relative min-w-0', className)}>
      <select {...field} {...rest} className={cn(controlStyle, 'h-9 appearance-none pr-8')}>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-4 text-muted"
      />
    </div>
  );
}
