import { useMutation, useMutationState, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { type Failure, failureOf } from '../../lib/failure.ts';
import { useTRPC, useTRPCClient } from '../../lib/trpc.ts';
import { notify } from '../../ui/toast.tsx';
import { type DeletionOutcome, runDeletion } from './run-deletion.ts';

const PAUSE_MS = 1_500;

interface Deletion {
  readonly isRunning: boolean;
  /** Why it could not be asked for. */
  readonly failure: Failure | null;
  readonly run: () => void;
}

/** Carries a deletion on, also while another page is looked at; a toast tells the outcome. */
export function useDeletion(userId: string): Deletion {
  const { people } = useTRPC().admin;
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const mutationKey = ['delete-person', userId];
  const refresh = () => queryClient.invalidateQueries(people.pathFilter());
  const { mutate } = useMutation({
    mutationKey,
    mutationFn: () =>
      runDeletion({
        ask: async () => {
          const answer = await client.admin.people.delete.mutate({ userId });
          void refresh();
          return answer;
        },
        countAwaited: async () => {
          const progress = people.deletionProgress.queryOptions({ userId }, { staleTime: 0 });
          return (await queryClient.fetchQuery(progress)).awaitedCount;
        },
        pause: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
      }),
    onSuccess: (outcome) => tell(userId, outcome),
    onSettled: () => void refresh(),
  });
  // The run may have been begun by this page when it was open before.
  const last = useMutationState({ filters: { mutationKey }, select: ({ state }) => state }).at(-1);
  return {
    isRunning: last?.status === 'pending',
    failure: last?.status === 'error' ? failureOf(last.error) : null,
    run: () => mutate(),
  };
}

/** Also where it ends by itself, while nobody carries it on: of a page that was loaded anew. */
export function useToldEnd(userId: string, isFinished: boolean | undefined): void {
  const wasLeft = useRef(false);
  useEffect(() => {
    if (isFinished === true && wasLeft.current) tellFinished(userId);
    wasLeft.current = isFinished === false;
  }, [userId, isFinished]);
}

function tell(userId: string, outcome: DeletionOutcome): void {
  switch (outcome.kind) {
    case 'finished':
      tellFinished(userId);
      return;
    case 'awaiting':
      tellIncomplete(
        userId,
        'Instances are still being destroyed. Go on from the person’s page once they are gone.',
      );
      return;
    case 'interrupted':
      tellIncomplete(userId, failureOf(outcome.error).message);
  }
}

/** Of two that tell of the same end one is shown. */
const toastId = (userId: string) => `deletion of ${userId}`;

function tellFinished(userId: string): void {
  notify.success('The person is deleted', 'Nothing of theirs is left but an id.', toastId(userId));
}

function tellIncomplete(userId: string, why: string): void {
  notify.failure('The deletion is not complete', why, toastId(userId));
}
