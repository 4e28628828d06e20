import { useQuery } from '@tanstack/react-query';
import { type Failure, failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { ProgressSteps } from '../../ui/progress-steps.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AwaitedInstances } from './awaited-instances.tsx';
import { deletionSteps } from './deletion-steps.ts';
import { useToldEnd } from './use-deletion.ts';

const LOOK_MS = 3_000;

interface DeletionPanelProps {
  userId: string;
  isRunning: boolean;
  failure: Failure | null;
  onGoOn: () => void;
}

/** How far the deletion of a deleted person has come; one that was left half-way is gone on with from here. */
export function DeletionPanel({ userId, isRunning, failure, onGoOn }: DeletionPanelProps) {
  const progress = useQuery(
    useTRPC().admin.people.deletionProgress.queryOptions(
      { userId },
      { refetchInterval: ({ state }) => (state.data?.isFinished ? false : LOOK_MS) },
    ),
  );
  useToldEnd(userId, progress.data?.isFinished);
  if (progress.data === undefined)
    return (
      <Section title="Deletion">
        {progress.error === null ? (
          <div aria-busy="true">
            <Skeleton className="h-24" />
          </div>
        ) : (
          <ErrorState
            {...failureOf(progress.error)}
            onRetry={() => void progress.refetch()}
            retrying={progress.isFetching}
          />
        )}
      </Section>
    );
  const { isFinished, awaited, awaitedCount } = progress.data;
  return (
    <Section
      title="Deletion"
      description={
        isFinished
          ? 'Complete: nothing of theirs is left but the id.'
          : isRunning
            ? 'Under way. It goes on if you leave this page.'
            : 'Not complete. What is done stays done; instances go on being destroyed by themselves.'
      }
      actions={
        isFinished || isRunning ? undefined : (
          <Button variant="primary" onClick={onGoOn}>
            Go on
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <FormError failure={isRunning ? null : failure} />
        <ProgressSteps label="Steps of the deletion" steps={deletionSteps(progress.data, isRunning)} />
        {awaitedCount === 0 ? null : <AwaitedInstances instances={awaited} count={awaitedCount} />}
      </div>
    </Section>
  );
}
