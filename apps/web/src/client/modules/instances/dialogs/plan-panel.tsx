import type { Plan } from '@kiloclaw/platform-contract';
import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { failureOf } from '../../../lib/failure.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { CopyableId } from '../../../ui/copy-button.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';
import { isTold } from './choices.ts';
import type { PlanQuery } from './use-planned-change.ts';

interface PlanPanelProps {
  /** Of what is chosen; a query that waits for a choice has no data, and fetches nothing. */
  plan: PlanQuery;
  /** What to do first, while nothing is chosen. */
  waiting?: string;
  /** Draws what would change. */
  children: (plan: Plan) => ReactNode;
}

/** What would happen, as the server plans it; or why it would not. */
export function PlanPanel({ plan, waiting, children }: PlanPanelProps) {
  const { data, error, isFetching } = plan;
  return (
    <section
      aria-label="What would change"
      aria-busy={isFetching}
      className="flex flex-col gap-3 empty:hidden"
    >
      {error !== null && !isFetching ? (
        <PlanError error={error} onRetry={() => void plan.refetch()} />
      ) : data !== undefined ? (
        <Planned plan={data}>{children}</Planned>
      ) : isFetching ? (
        <PlanSkeleton />
      ) : waiting === undefined ? null : (
        <p className="text-muted text-sm">{waiting}</p>
      )}
    </section>
  );
}

function Planned({ plan, children }: { plan: Plan; children: PlanPanelProps['children'] }) {
  const { refusal } = plan;
  if (refusal === null) return children(plan);
  // The choice says it already, beside what can be chosen instead.
  if (isTold(refusal)) return null;
  return (
    <div role="status">
      <Alert tone="warning">{refusal.message}</Alert>
    </div>
  );
}

function PlanSkeleton() {
  return (
    <div className="flex flex-col gap-2">
      <VisuallyHidden>Working out what would change</VisuallyHidden>
      <Skeleton className="w-3/4" />
      <Skeleton className="h-28 w-full" />
    </div>
  );
}

function PlanError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { message, requestId } = failureOf(error);
  return (
    <div role="alert">
      <Alert
        tone="danger"
        actions={
          <Button size="sm" icon={<RefreshCw aria-hidden="true" />} onClick={onRetry}>
            Ask again
          </Button>
        }
      >
        What would change could not be worked out. {message}
        {requestId === null ? null : (
          <span className="mt-1 flex flex-wrap items-center gap-1.5 text-muted text-xs">
            Request <CopyableId id={requestId} noun="request id" />
          </span>
        )}
      </Alert>
    </div>
  );
}
