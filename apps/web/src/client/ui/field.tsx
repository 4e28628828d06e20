import { createContext, type ReactNode, useContext, useId } from 'react';
import { cn } from '../lib/cn.ts';

interface FieldState {
  controlId: string;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
}

const FieldContext = createContext<FieldState | null>(null);

/** What a control takes from the field around it: its id, and what describes it. */
export function useFieldControl(): {
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
} {
  const field = useContext(FieldContext);
  if (field === null) return {};
  return {
    id: field.controlId,
    ...(field.describedBy === undefined ? {} : { 'aria-describedby': field.describedBy }),
    ...(field.invalid ? { 'aria-invalid': true } : {}),
    ...(field.required ? { 'aria-required': true } : {}),
  };
}

interface FieldProps {
  label: string;
  /** Says before typing what is expected. */
  hint?: ReactNode;
  /** Says what is wrong and the way out. */
  error?: string | undefined;
  required?: boolean;
  /** Not marked as optional though it may be left empty: a filter, where each of them may. */
  unmarked?: boolean;
  /** Read out, not shown: where the place already says it. */
  labelHidden?: boolean;
  className?: string;
  /** One control of this kit. */
  children: ReactNode;
}

/** A labelled control with its hint and its error. */
export function Field({
  label,
  hint,
  error,
  required = false,
  unmarked = false,
  labelHidden = false,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const hintId = hint === undefined ? [] : [`${id}-hint`];
  const errorId = error === undefined ? [] : [`${id}-error`];
  const describedBy = [...errorId, ...hintId].join(' ') || undefined;
  const state = { controlId: `${id}-control`, describedBy, invalid: error !== undefined, required };
  return (
    <FieldContext value={state}>
      <div className={cn('flex min-w-0 flex-col gap-1.5', className)}>
        <label
          htmlFor={state.controlId}
          className={labelHidden ? 'sr-only' : 'break-words font-medium text-sm'}
        >
          {label}
          {required || unmarked || labelHidden ? null : <Optional />}
        </label>
        {children}
        {error === undefined ? null : (
          <p id={`${id}-error`} className="text-danger-text text-sm">
            {error}
          </p>
        )}
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className="text-muted text-sm">
            {hint}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

/** Not part of the accessible name: `aria-required` says it of the others. */
function Optional() {
  return (
    <span aria-hidden="true" className="ml-1.5 font-normal text-muted text-xs">
      optional
    </span>
  );
}
