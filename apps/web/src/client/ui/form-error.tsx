import { OctagonAlert } from 'lucide-react';
import { bringIntoSight } from '../lib/bring-into-sight.ts';
import { CopyableId } from './copy-button.tsx';

export interface FormFailure {
  /** The server's sentence. */
  message: string;
  requestId?: string | null | undefined;
}

/** What the server refused, beside the form that keeps its content. Read out when it appears. */
export function FormError({ failure }: { failure: FormFailure | null }) {
  if (failure === null) return null;
  const { message, requestId } = failure;
  return (
    <div
      ref={bringIntoSight}
      role="alert"
      className="flex gap-2.5 rounded-md border border-danger-border bg-danger-soft px-3 py-2.5 text-sm"
    >
      <OctagonAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger-text" />
      <div className="min-w-0">
        <p className="break-words">{message}</p>
        {requestId ? (
          <p className="mt-1 flex flex-wrap items-center gap-1.5 text-muted text-xs">
            Request <CopyableId id={requestId} noun="request id" />
          </p>
        ) : null}
      </div>
    </div>
  );
}
