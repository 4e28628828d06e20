import type { ComponentProps, ReactNode } from 'react';
import { cn } from '../lib/cn.ts';
import { Spinner } from './spinner.tsx';
import { TONE_CLASSES, type Tone } from './tone.ts';

interface BadgeProps extends ComponentProps<'span'> {
  tone?: Tone;
  icon?: ReactNode;
  /** In transition: a spinner stands for the icon. */
  busy?: boolean;
}

/** A short word in a tone. The colour never says what the word does not. */
export function Badge({ tone = 'neutral', icon, busy = false, className, children, ...rest }: BadgeProps) {
  return (
    <span
      {...rest}
      className={cn(
        'inline-flex h-5 max-w-full items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 font-medium text-xs [&_svg]:size-3',
        TONE_CLASSES[tone],
        className,
      )}
    >
      {busy ? <Spinner /> : icon}
      <span className="truncate">{children}</span>
    </span>
  );
}
