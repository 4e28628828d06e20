import { cn } from '../lib/cn.ts';

/** Holds the place of what is being loaded. Hidden from screen readers: the region around it says `aria-busy`. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cn('block h-4 animate-pulse rounded-sm bg-surface-sunken', className)}
    />
  );
}
