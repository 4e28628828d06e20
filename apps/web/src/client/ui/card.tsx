import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from '../lib/cn.ts';

export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return (
    <div
      {...rest}
      className={cn('rounded-lg border border-border bg-surface-raised shadow-raised', className)}
    />
  );
}

interface SectionProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A card with a heading: a region of the page that is found by its title. */
export function Section({ title, description, actions, className, children }: SectionProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={cn('min-w-0 rounded-lg border border-border bg-surface-raised shadow-raised', className)}
    >
      <div className="flex flex-wrap items-start justify-between gap-2 border-border border-b px-4 py-3">
        <div className="min-w-0">
          <h2 id={id} className="font-semibold text-base">
            {title}
          </h2>
          {description === undefined ? null : <p className="text-muted text-sm">{description}</p>}
        </div>
        {actions}
      </div>
      <div className="p-4">{children}</div>
    </section>
  );
}
