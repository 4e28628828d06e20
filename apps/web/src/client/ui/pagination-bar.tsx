import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

export interface Paging {
  /** Goes to the page before, or null on the first one. */
  onPrevious: (() => void) | null;
  /** Goes to the page after, or null on the last one. */
  onNext: (() => void) | null;
  previousLabel?: string;
  nextLabel?: string;
  /** "1–50 of 10,000+". */
  summary?: ReactNode;
}

/** There are no page numbers: pages are found by key, so that a page costs the same wherever it lies. */
export function PaginationBar({
  label,
  onPrevious,
  onNext,
  previousLabel = 'Previous',
  nextLabel = 'Next',
  summary,
}: Paging & { label: string }) {
  return (
    <nav aria-label={label} className="flex flex-wrap items-center justify-between gap-2 px-3 py-2">
      <span className="tabular text-muted text-xs">{summary}</span>
      <span className="flex gap-2">
        <Button
          size="sm"
          icon={<ChevronLeft aria-hidden="true" />}
          onClick={onPrevious ?? undefined}
          disabledReason={onPrevious === null ? 'This is the first page' : undefined}
        >
          {previousLabel}
        </Button>
        <Button
          size="sm"
          onClick={onNext ?? undefined}
          disabledReason={onNext === null ? 'This is the last page' : undefined}
        >
          {nextLabel}
          <ChevronRight aria-hidden="true" />
        </Button>
      </span>
    </nav>
  );
}
