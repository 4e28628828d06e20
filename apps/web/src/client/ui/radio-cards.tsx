import { Ban } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { cn } from '../lib/cn.ts';

export interface RadioCard {
  value: string;
  /** The radio's accessible name. */
  label: string;
  description?: ReactNode;
  /** Beside the label: a badge, a size. */
  aside?: ReactNode;
  /** Why it can't be chosen; shown in the card. */
  disabledReason?: string | undefined;
}

interface RadioCardsProps {
  legend: string;
  legendHidden?: boolean;
  options: readonly RadioCard[];
  value: string | null;
  onValueChange: (value: string) => void;
  tone?: 'accent' | 'lent';
  columns?: 1 | 2;
  error?: string | undefined;
}

/** A choice of one among a few, each with what it means. */
export function RadioCards({
  legend,
  legendHidden = false,
  options,
  value,
  onValueChange,
  tone = 'accent',
  columns = 1,
  error,
}: RadioCardsProps) {
  const name = useId();
  const errorId = `${name}-error`;
  const fieldset = useRef<HTMLFieldSetElement>(null);
  // Before the browser takes the focus from what is refused from now on, and drops it.
  useLayoutEffect(() => passFocusOn(fieldset.current));
  return (
    <fieldset ref={fieldset} aria-describedby={error === undefined ? undefined : errorId} className="min-w-0">
      <legend className={legendHidden ? 'sr-only' : 'mb-1.5 font-medium text-sm'}>{legend}</legend>
      <div className={cn('grid gap-2', columns === 2 && 'sm:grid-cols-2')}>
        {options.map((option) => (
          <Card
            key={option.value}
            option={option}
            name={name}
            tone={tone}
            checked={option.value === value}
            onChoose={() => onValueChange(option.value)}
          />
        ))}
      </div>
      {error === undefined ? null : (
        <p id={errorId} className="mt-1.5 text-danger-text text-sm">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** From a radio that has the focus and is refused by now to the next that is not, or to the dialog around it. */
function passFocusOn(fieldset: HTMLFieldSetElement | null): void {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLInputElement && focused.disabled && fieldset?.contains(focused))) return;
  const next =
    fieldset.querySelector<HTMLElement>('input:enabled') ?? fieldset.closest<HTMLElement>('[role="dialog"]');
  next?.focus();
}

const CHOSEN = {
  accent: 'has-checked:border-accent has-checked:bg-accent-soft has-checked:ring-accent',
  lent: 'has-checked:border-lent has-checked:bg-lent-soft has-checked:ring-lent',
};
const DOT = { accent: 'checked:border-accent', lent: 'checked:border-lent' };

interface CardProps {
  option: RadioCard;
  name: string;
  tone: 'accent' | 'lent';
  checked: boolean;
  onChoose: () => void;
}

function Card({ option, name, tone, checked, onChoose }: CardProps) {
  const id = useId();
  const { label, description, aside, disabledReason } = option;
  const disabled = disabledReason !== undefined;
  return (
    <label
      className={cn(
        'flex min-w-0 items-start gap-3 rounded-md border border-border-strong/70 bg-surface-raised px-3 py-2.5 ring-inset has-checked:ring-1 has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2',
        disabled ? 'cursor-not-allowed border-border bg-surface' : 'cursor-pointer hover:bg-surface-sunken',
        CHOSEN[tone],
      )}
    >
      <input
        type="radio"
        name={name}
        value={option.value}
        checked={checked}
        onChange={onChoose}
        disabled={disabled}
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-description`}
        className={cn(
          'mt-0.5 size-4 shrink-0 appearance-none rounded-full border border-border-strong bg-surface-raised outline-none checked:border-[5px]',
          DOT[tone],
        )}
      />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
          <span id={`${id}-label`} className={cn('font-medium text-sm', disabled && 'text-muted')}>
            {label}
          </span>
          {aside}
        </span>
        <span id={`${id}-description`} className="block text-muted text-sm">
          {description}
          {disabled ? (
            <span className="mt-0.5 flex items-start gap-1.5">
              <Ban aria-hidden="true" className="mt-0.5 size-3.5 shrink-0" />
              {disabledReason}
            </span>
          ) : null}
        </span>
      </span>
    </label>
  );
}
