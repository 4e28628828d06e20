import type { OperationAnswer } from '@kiloclaw/platform-contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TimelineEntry } from './timeline-entry.tsx';
import type { InstanceTarget } from './use-instance.ts';

const PAGES_MAX = 40;
/** An operation may end before its page has begun to follow it. */
const UNFINISHED_REFRESH_MS = 3_000;

interface TimelineProps {
  target: InstanceTarget;
  /** What is under way, fresher than the list. */
  current: OperationAnswer | null;
}

/** What was done to the instance, newest first. */
export function Timeline({ target, current }: TimelineProps) {
  const { userId, instanceId } = target;
  const operations = useInfiniteQuery(
    useTRPC().admin.instances.operations.infiniteQueryOptions(
      { userId, instanceId },
      {
        getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
        maxPages: PAGES_MAX,
        refetchInterval: ({ state }) => {
          const listed = state.data?.pages.flatMap(({ items }) => items) ?? [];
          return listed.some(({ operation }) => operation.endedAt === null) ? UNFINISHED_REFRESH_MS : false;
        },
      },
    ),
  );
  if (operations.isPending) return <TimelineSkeleton />;
  if (operations.isError && operations.data === undefined) {
    const { message, requestId } = failureOf(operations.error);
    return (
      <ErrorState
        message={message}
        requestId={requestId}
        onRetry={() => void operations.refetch()}
        retrying={operations.isFetching}
      />
    );
  }
  const { pages } = operations.data;
  const names = Object.assign({}, ...pages.map((page) => page.names));
  const items = pages.flatMap((page) => page.items);
  if (items.length === 0)
    return (
      <EmptyState icon={<History />} title="Nothing was done to this instance yet.">
        Whatever is started, resized or lent stands here with its steps.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-3">
      <ol aria-label="Operations" className="flex flex-col gap-2">
        {items.map((item) => (
          <TimelineEntry
            key={item.operation.id}
            answer={current?.operation.id === item.operation.id ? current : item}
            names={names}
          />
        ))}
      </ol>
      {operations.hasNextPage ? (
        <Button
          className="self-center"
          loading={operations.isFetchingNextPage}
          onClick={() => void operations.fetchNextPage()}
        >
          Load more
        </Button>
      ) : null}
    </div>
  );
}

export function TimelineSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-2">
      <span className="sr-only">Loading</span>
      {['first', 'second', 'third'].map((key) => (
        <Skeleton key={key} className="h-16" />
      ))}
    </div>
  );
}
