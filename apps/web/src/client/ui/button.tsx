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

export function Button({
  variant,
  size,
  icon,
  disabledReason,
  loading = false,
  className,
  children,
  type = 'button',
  onClick,
  ...rest
}: ButtonProps): ReactElement {
  const style = cn(buttonStyle({ variant, size }), className);
  const content = (
    <>
      {loading ? <Spinner /> : icon}
      {children}
    </>
  );
  if (disabledReason !== undefined) {
    return (
      <DisabledReason reason={disabledReason}>
        {(refused) => (
          <button {...rest} {...refused} type="button" className={style}>
            {content}
          </button>
        )}
      </DisabledReason>
    );
  }
  if (loading) {
    // Never `disabled`: the focus would fall to the page's start, and the outcome be announced to nobody.
    return (
      <button {...rest} type="button" aria-disabled="true" aria-busy="true" className={style}>
        {content}
      </button>
    );
  }
  return (
    <button {...rest} type={type} onClick={onClick} className={style}>
      {content}
    </button>
  );
}
