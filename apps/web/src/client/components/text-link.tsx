import type { ComponentProps } from 'react';
import { cn } from '../lib/cn.ts';
import { AppLink } from './app-link.tsx';

/** A link in a text or in a table's first column. */
export function TextLink({ className, ...rest }: ComponentProps<typeof AppLink>) {
  return (
    <AppLink
      {...rest}
      className={cn(
        'rounded-sm font-medium text-accent-text underline-offset-2 hover:underline in-[p]:underline',
        className,
      )}
    />
  );
}
