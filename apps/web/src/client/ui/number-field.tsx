import type { ComponentProps } from 'react';
import { cn } from '../lib/cn.ts';
import { controlStyle } from './control-style.ts';
import { useFieldControl } from './field.tsx';

interface NumberFieldProps extends Omit<ComponentProps<'input'>, 'type'> {
  /** Shown behind the number; name it in the label too, which is what is read out. */
  unit?: string;
}

/** A whole number. */
export function NumberField({ unit, className, ...rest }: NumberFieldProps) {
  const field = useFieldControl();
  return (
    <div className="relative">
      <input
        inputMode="numeric"
        step={1}
        {...field}
        {...rest}
        type="number"
        // A wheel over the page must not change a size that somebody typed.
        onWheel={(event) => event.currentTarget.blur()}
        className={cn(
          controlStyle,
          'tabular h-9 [appearance:textfield] [&::-webkit-inner-spin-button]:appearance-none',
          unit === undefined ? '' : 'pr-12',
          className,
        )}
      />
      {unit === undefined ? null : (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 right-3 flex items-center text-muted text-sm"
        >
          {unit}
        </span>
      )}
    </div>
  );
}
