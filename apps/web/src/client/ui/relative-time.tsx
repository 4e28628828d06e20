import { cn } from '../lib/cn.ts';
import { formatExactTime, NONE } from '../lib/format.ts';
import { formatRelativeTime } from '../lib/relative-time.ts';
import { useNow } from '../lib/use-now.ts';
import { Tooltip } from './tooltip.tsx';

const STEP_MS = 15_000;

interface RelativeTimeProps {
  /** RFC 3339, or null where there is none. */
  instant: string | null;
  className?: string;
}

/** "3 minutes ago"; the exact time on hover and on focus. */
export function RelativeTime({ instant, className }: RelativeTimeProps) {
  const nowMs = useNow(STEP_MS);
  if (instant === null) return <span className="text-muted">{NONE}</span>;
  return (
    <Tooltip content={formatExactTime(instant)}>
      <button
        type="button"
        className={cn(
          'inline-flex min-h-6 cursor-default items-center whitespace-nowrap rounded-sm',
          className,
        )}
      >
        <time dateTime={instant}>{formatRelativeTime(instant, nowMs)}</time>
      </button>
    </Tooltip>
  );
}
