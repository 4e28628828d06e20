import { RefreshCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { CopyableId } from './copy-button.tsx';

interface ErrorStateProps {
  /** The server's sentence. */
  message: string;
  /** What to do about it. */
  hint?: ReactNode;
  onRetry?: (() => void) | undefined;
  retrying?: boolean;
  /** Copied along when somebody reports it. */
  requestId?: string | null | undefined;
}

/** Stands where something could not be loaded. */
export function ErrorState({ message, hint, onRetry, retrying = false, requestId }: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <span
        aria-hidden="true"
        className="flex size-10 items-center justify-center rounded-lg border border-danger-border bg-danger-soft text-danger-text"
      >
        <TriangleAlert className="size-5" />
      </span>
      <div>
        <p className="mx-auto max-w-prose text-balance font-medium text-base">{message}</p>
        {hint === undefined ? null : (
          <div className="mx-auto mt-1 max-w-md text-balance text-muted text-sm">{hint}</div>
        )}
      </div>
      {onRetry === undefined ? null : (
        <Button icon={<RefreshCw aria-hidden="true" />} loading={retrying} onClick={onRetry}>
          Try again
        </Button>
      )}
      {requestId ? (
        <p className="flex items-center gap-1.5 text-muted text-xs">
          Request <CopyableId id={requestId} noun="request id" />
        </p>
      ) : null}
    </div>
  );
}
