import { CircleCheck, CircleDashed, CircleX, History, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CustomerOperation } from '../../../server/views/customer-view.ts';
import { failureOf } from '../../lib/failure.ts';
import { formatDuration } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { TONE_TEXT } from '../../ui/tone.ts';
import { operationTold } from './own-operation-words.ts';
import type { useOwnTimeline } from './use-own-instance.ts';

const ICONS: Record<CustomerOperation['status'], ReactNode> = {
  running: <Spinner />,
  stuck: <TriangleAlert />,
  succeeded: <CircleCheck />,
  failed: <CircleX />,
  superseded: <CircleDashed />,
};

/** What has happened to the instance, newest first. */
export function OwnTimeline({ timeline }: { timeline: ReturnType<typeof useOwnTimeline> }) {
  return (
    <Section title="Timeline">
      <TimelineContent timeline={timeline} />
    </Section>
  );
}

function TimelineContent({ timeline }: { timeline: ReturnType<typeof useOwnTimeline> }) {
  if (timeline.isPending) return <TimelineSkeleton />;
  if (timeline.data === undefined) {
    const { message, requestId } = failureOf(timeline.error);
    return (
      <ErrorState
        message={message}
        requestId={requestId}
        onRetry={() => void timeline.refetch()}
        retrying={timeline.isFetching}
      />
    );
  }
  const operations = timeline.data.pages.flatMap(({ items }) => items);
  if (operations.length === 0)
    return (
      <EmptyState icon={<History />} title="Nothing has happened yet.">
        Whenever your instance is started, stopped or changed, it stands here.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-3">
      <ol aria-label="What has happened" className="flex flex-col gap-3">
        {operations.map((operation) => (
          <TimelineEntry key={operation.id} operation={operation} />
        ))}
      </ol>
      {timeline.hasNextPage ? (
        <Button
          className="self-center"
          loading={timeline.isFetchingNextPage}
          onClick={() => void timeline.fetchNextPage()}
        >
          Show more
        </Button>
      ) : null}
    </div>
  );
}

function TimelineEntry({ operation }: { operation: CustomerOperation }) {
  const { status, startedAt, endedAt, failure } = operation;
  const { sentence, tone } = operationTold(operation);
  return (
    <li className="flex gap-2.5 text-sm">
      <span aria-hidden="true" className={`mt-1 [&_svg]:size-4 ${TONE_TEXT[tone]}`}>
        {ICONS[status]}
      </span>
      <div className="min-w-0 flex-1">
        <p className="break-words">{sentence}</p>
        {failure === null ? null : <p className="break-words text-muted">{failure}</p>}
        <p className="flex flex-wrap items-center gap-x-1.5 text-muted text-xs">
          <RelativeTime instant={startedAt} />
          {endedAt === null ? null : `· took ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}`}
        </p>
      </div>
    </li>
  );
}

function TimelineSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-3">
      <span className="sr-only">Loading the timeline</span>
      {['first', 'second', 'third'].map((key) => (
        <Skeleton key={key} className="h-9" />
      ))}
    </div>
  );
}
