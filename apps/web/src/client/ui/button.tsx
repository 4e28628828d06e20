import type { VariantProps } from 'class-variance-authority';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { cn } from '../lib/cn.ts';
import { buttonStyle } from './button-style.ts';
import { DisabledReason } from './disabled-reason.tsx';
import { Spinner } from './spinner.tsx';

export interface ButtonProps
  extends Omit<ComponentProps<'button'>, 'disabled'>,
    VariantProps<typeof buttonStyle> {
  icon?: ReactNode;
  /** Why it may not be used now. It stays focusable, so that the reason can be found. */
  disabledReason?: string | undefined;
  /** Its work is under way: a spinner stands for the icon, and a click does nothing. */
  loading?: boolean;
}

/** Given a `disabledReason`, be it undefined for now, it is the same element before and after it is refused. */
export function Button(props: ButtonProps): ReactElement {
  if (!('disabledReason' in props)) return <PlainButton {...props} />;
  const { disabledReason, ...plain } = props;
  return (
    <DisabledReason reason={disabledReason}>
      {(refused) => <PlainButton {...plain} {...(refused === null ? {} : { ...refused, type: 'button' })} />}
    </DisabledReason>
  );
}

function PlainButton({
  variant,
  size,
  icon,
  loading = false,
  className,
  children,
  type = 'button',
  onClick,
  ...rest
}: Omit<ButtonProps, 'disabledReason'>): ReactElement {
  // Never `disabled`: the focus would fall to the page's start, and the outcome be announced to nobody.
  const state = loading
    ? ({ type: 'button', 'aria-disabled': true, 'aria-busy': true } as const)
    : { type, onClick };
  return (
    <button {...rest} {...state} className={cn(buttonStyle({ variant, size }), className)}>
      {loading ? <Spinner /> : icon}
      {children}
    </button>
  );
}
