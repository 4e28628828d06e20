import type { ReactNode } from 'react';
import { cn } from '../lib/cn.ts';

const COLUMNS = { 1: '', 2: 'sm:grid-cols-2', 3: 'sm:grid-cols-2 lg:grid-cols-3' } as const;

/** Names and values in a grid; one column at 390 px whatever is asked for. */
export function PropertyList({
  columns = 1,
  className,
  children,
}: {
  columns?: keyof typeof COLUMNS;
  className?: string;
  children: ReactNode;
}) {
  return <dl className={cn('grid gap-x-8 gap-y-4', COLUMNS[columns], className)}>{children}</dl>;
}

export function Property({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="mt-0.5 break-words text-sm">{children}</dd>
    </div>
  );
}
