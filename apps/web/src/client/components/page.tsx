import { useLocation } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { TextLink } from './text-link.tsx';

const APP_NAME = 'KiloClaw';

interface Crumb {
  label: string;
  href: string;
}

interface PageProps {
  /** The page's heading, and its name in the browser's tab and history. */
  title: string;
  /** The pages above this one. */
  breadcrumbs?: readonly Crumb[];
  /** Beside the heading: status and badges. */
  badges?: ReactNode;
  /** Under the heading: an id, one sentence. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** What every page stands in. Arriving on it moves the focus to its heading, which is so read out. */
export function Page({ title, breadcrumbs = [], badges, subtitle, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(title);
  useFocusOnArrival(heading);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col gap-1.5">
        <Breadcrumbs crumbs={breadcrumbs} />
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
              <h1 ref={heading} tabIndex={-1} className="min-w-0 break-words font-semibold text-xl">
                {title}
              </h1>
              {badges}
            </div>
            {subtitle === undefined ? null : <div className="mt-0.5 text-muted text-sm">{subtitle}</div>}
          </div>
          {actions === undefined ? null : <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      </div>
      {children}
    </div>
  );
}

function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  if (crumbs.length === 0) return null;
  return (
    <nav aria-label="Breadcrumbs">
      <ol className="flex flex-wrap items-center gap-1 text-sm">
        {crumbs.map(({ label, href }) => (
          <li key={href} className="inline-flex items-center gap-1">
            <TextLink href={href} exact className="inline-flex min-h-6 items-center font-normal text-muted">
              {label}
            </TextLink>
            <ChevronRight aria-hidden="true" className="size-3.5 text-muted" />
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Written by an effect: of two title elements the browser takes the first, which is the one in index.html. */
function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${APP_NAME}`;
  }, [title]);
}

/** Of the page where the focus was last moved or left alone; none before the first page is there. */
let arrivedOn: string | null = null;

function useFocusOnArrival(heading: RefObject<HTMLHeadingElement | null>): void {
  const pathname = useLocation({ select: (location) => location.pathname });
  useEffect(() => {
    const isFirst = arrivedOn === null;
    // The browser has put the focus on the first page itself. A page that takes the place of its own loading state
    // has the same path: it takes the focus only if that was lost with what it replaces.
    const isLost = document.activeElement === document.body;
    if (!isFirst && (arrivedOn !== pathname || isLost)) heading.current?.focus({ preventScroll: true });
    arrivedOn = pathname;
  }, [pathname, heading]);
}
