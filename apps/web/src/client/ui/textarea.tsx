import { type ComponentProps, useId, useState } from 'react';
import { cn } from '../lib/cn.ts';
import { formatCount } from '../lib/format.ts';
import { controlStyle } from './control-style.ts';
import { useFieldControl } from './field.tsx';

interface TextareaProps extends ComponentProps<'textarea'> {
  /** With it a counter stands below; longer text can be typed, and the form says that it is too long. */
  maxCharacters?: number;
}

/** Characters as people count them, which is how the server counts too: an emoji is one. */
function countCharacters(text: string): number {
  return Array.from(text).length;
}

export function Textarea({ maxCharacters, className, onInput, ...rest }: TextareaProps) {
  const field = useFieldControl();
  const counterId = useId();
  const [typed, setTyped] = useState(String(rest.defaultValue ?? ''));
  const length = countCharacters(rest.value === undefined ? typed : String(rest.value));
  const describedBy = [field['aria-describedby'], maxCharacters === undefined ? undefined : counterId];
  return (
    <div className="flex flex-col gap-1">
      <textarea
        rows={3}
        {...field}
        {...rest}
        aria-describedby={describedBy.filter(Boolean).join(' ') || undefined}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onInput?.(event);
        }}
        className={cn(controlStyle, 'resize-y py-2', className)}
      />
      {maxCharacters === undefined ? null : (
        <span
          id={counterId}
          className={cn(
            'tabular self-end text-xs',
            length > maxCharacters ? 'font-medium text-danger-text' : 'text-muted',
          )}
        >
          {formatCount(length)} / {formatCount(maxCharacters)}
          <span className="sr-only"> characters</span>
        </span>
      )}
    </div>
  );
}
