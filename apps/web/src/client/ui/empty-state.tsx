import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon: ReactNode;
  /** One sentence: what would stand here. */
  title: string;
  /** What to do next. */
  children?: ReactNode;
  action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <span
        aria-hidden="true"
        className="flex size-10 items-center justify-center rounded-lg border border-border bg-surface text-muted [&_svg]:size-5"
      >
        {icon}
      </span>
      <div>
        <p className="font-medium text-base">{title}</p>
        {children === undefined ? null : <div className="mt-1 max-w-md text-muted text-sm">{children}</div>}
      </div>
      {action}
    </div>
  );
}
