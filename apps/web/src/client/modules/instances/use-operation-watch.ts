/** Follows operations of an instance to their end, and tells it once. */
import type { OperationAnswer } from '@kiloclaw/platform-contract';
import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useTRPC } from '../../lib/trpc.ts';
import { notify } from '../../ui/toast.tsx';
import { outcomeOf } from './operation-outcome.ts';
import { CALM_MS, operationPollMs } from './polling.ts';
import { type InstanceTarget, useRefreshInstance } from './use-instance.ts';

/** More are not under way at once: one holds the slot, and a few have just ended. */
const WATCHED_MAX = 5;
const TOLD_MAX = 200;

/** Of this visit: an outcome is not told a second time by a page that is drawn anew. */
const told = new Set<string>();

function tellOnce({ operation }: OperationAnswer, name: string): void {
  const outcome = outcomeOf(operation, name);
  if (outcome === null || told.has(operation.id)) return;
  told.add(operation.id);
  for (const id of told) {
    if (told.size <= TOLD_MAX) break;
    told.delete(id);
  }
  notify[outcome.tone](outcome.title, outcome.description, operation.id);
}

interface Watch {
  /** What is under way now, with its steps; null where nothing is, or nothing is known of it yet. */
  readonly current: OperationAnswer | null;
  /** False as well where its end was told already, and the instance was not read anew since. */
  readonly isUnderWay: boolean;
  /** Follows what a change was answered with. */
  readonly follow: (answer: OperationAnswer) => void;
}

/**
 * `currentId`: the operation that the instance itself names as under way, which is how one is found again after a reload.
 * `name`: what the instance is called.
 */
export function useOperationWatch(target: InstanceTarget, currentId: string | null, name: string): Watch {
  const { userId, instanceId } = target;
  const trpc = useTRPC();
  const refresh = useRefreshInstance(target);
  const [watched, setWatched] = useState<readonly string[]>([]);
  const add = useCallback(
    (id: string) => setWatched((ids) => (ids.includes(id) ? ids : [...ids, id].slice(-WATCHED_MAX))),
    [],
  );
  useEffect(() => {
    if (currentId !== null) add(currentId);
  }, [currentId, add]);

  const answers = useQueries({
    queries: watched.map((operationId) =>
      trpc.admin.instances.operation.queryOptions(
        { userId, instanceId, operationId },
        {
          refetchInterval: ({ state }) =>
            state.status === 'error' ? CALM_MS : operationPollMs(state.data?.operation, Date.now()),
        },
      ),
    ),
    combine: seen,
  });
  useEffect(() => {
    const ended = answers.filter((answer) => outcomeOf(answer.operation, name) !== null);
    if (ended.length === 0) return;
    for (const answer of ended) tellOnce(answer, name);
    setWatched((ids) => ids.filter((id) => !ended.some(({ operation }) => operation.id === id)));
    refresh();
  }, [answers, name, refresh]);

  const follow = (answer: OperationAnswer) => {
    if (outcomeOf(answer.operation, name) === null) add(answer.operation.id);
    else tellOnce(answer, name);
    refresh();
  };
  return {
    current: answers.find(({ operation }) => operation.id === currentId) ?? null,
    isUnderWay: currentId !== null && !told.has(currentId),
    follow,
  };
}

/** At module level: the same function gives the same list as long as nothing in it has changed. */
function seen(results: readonly { data?: OperationAnswer | undefined }[]): OperationAnswer[] {
  return results.flatMap(({ data }) => data ?? []);
}
