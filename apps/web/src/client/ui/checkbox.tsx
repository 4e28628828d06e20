import { Check, Minus } from 'lucide-react';
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react';
import { cn } from '../lib/cn.ts';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type' | 'children'> {
  label: string;
  /** Read out, not shown: in a table, where the column says it. */
  labelHidden?: boolean;
  hint?: ReactNode;
  error?: string | undefined;
  /** Some of what it stands for is chosen. */
  indeterminate?: boolean;
}

export function Checkbox({ label, labelHidden = false, hint, error, className, ...rest }: CheckboxProps) {
  const id = useId();
  const hintId = hint === undefined ? [] : [`${id}-hint`];
  const errorId = error === undefined ? [] : [`${id}-error`];
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <label
        htmlFor={`${id}-box`}
        className="flex min-h-6 items-start gap-2.5 py-0.5 has-disabled:text-muted"
      >
        <Box
          {...rest}
          id={`${id}-box`}
          aria-describedby={[...errorId, ...hintId].join(' ') || undefined}
          aria-invalid={error === undefined ? undefined : true}
        />
        <span className={labelHidden ? 'sr-only' : 'text-sm'}>{label}</span>
      </label>
      {error === undefined ? null : (
        <p id={`${id}-error`} className="pl-7 text-danger-text text-sm">
          {error}
        </p>
      )}
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className="pl-7 text-muted text-sm">
          {hint}
        </p>
      )}
    </div>
  );
}

function Box({ indeterminate = false, ref, ...rest }: ComponentProps<'input'> & { indeterminate?: boolean }) {
  const own = useRef<HTMLInputElement | null>(null);
  // A property of the element alone: there is no attribute for it.
  useEffect(() => {
    if (own.current !== null) own.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <span className="relative mt-0.5 inline-flex size-4 shrink-0">
      <input
        {...rest}
        ref={(element) => {
          own.current = element;
          if (typeof ref === 'function') return ref(element);
          if (ref) ref.current = element;
        }}
        type="checkbox"
        className="peer size-4 appearance-none rounded-sm border border-border-strong bg-surface-raised checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent aria-invalid:border-danger-text disabled:cursor-not-allowed disabled:opacity-60"
      />
      <Check
        aria-hidden="true"
        strokeWidth={3}
        className="pointer-events-none absolute inset-0.5 hidden size-3 text-on-accent peer-checked:block peer-indeterminate:hidden"
      />
      <Minus
        aria-hidden="true"
        strokeWidth={3}
        className="pointer-events-none absolute inset-0.5 hidden size-3 text-on-accent peer-indeterminate:block"
      />
    </span>
  );
}
