/** A change of hardware as the dialogs ask for it: by the plan that is on the screen, or not at all. */
import type { OperationAnswer, Plan } from '@kiloclaw/platform-contract';
import type { Failure } from '../../../lib/failure.ts';
import { useSubmission } from '../../../lib/use-submission.ts';

/** The parts of a query for a plan that the dialogs look at. */
export interface PlanQuery {
  readonly data: Plan | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly refetch: () => Promise<unknown>;
}

/** While nothing is chosen. */
export const NO_PLAN: PlanQuery = {
  data: undefined,
  error: null,
  isFetching: false,
  refetch: () => Promise.resolve(),
};

/** What goes with every change that was planned. */
export interface Confirmation {
  readonly idempotencyKey: string;
  readonly expectedPlanHash: string;
}

const PASSING_REFUSAL_POLL_MS = 2_000;

/**
 * A plan stays as it was shown until the server says that it is another one by now: what somebody reads must not
 * change under their eyes. Only a refusal that passes by itself is asked about again.
 */
export const PLAN_QUERY = {
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
  refetchOnReconnect: false,
  refetchOnWindowFocus: false,
  refetchInterval: ({ state }: { state: { data: Plan | undefined } }) =>
    state.data?.refusal?.code === 'operation_in_progress' ? PASSING_REFUSAL_POLL_MS : false,
} as const;

const STALE =
  'The instance has changed since this was shown. Nothing was done: look at the new plan and confirm again.';

interface PlannedChangeOptions<Request> {
  /** What the form itself still lacks. */
  problem: string | undefined;
  /** Of what is chosen now. */
  plan: PlanQuery;
  /** What the form asks for. While it stays the same, a lost answer is asked for again under the same key. */
  content: unknown;
  /** The request for it. Made once: sent again after a lost answer, its times must be the same. */
  prepare: (confirmation: Confirmation) => Request;
  send: (request: Request) => Promise<OperationAnswer>;
  onAccepted: (answer: OperationAnswer) => void;
}

export function usePlannedChange<Request>({
  problem,
  plan,
  content,
  prepare,
  send,
  onAccepted,
}: PlannedChangeOptions<Request>) {
  const submission = useSubmission<Request, OperationAnswer>({
    send,
    onAnswer: onAccepted,
    onRefused: ({ code }) => {
      if (code === 'plan_stale') void plan.refetch();
    },
  });
  const asked = JSON.stringify(content);
  const isResend = submission.isResend(asked);
  return {
    busy: submission.busy,
    failure: worded(submission.failure),
    /** Why it can't be confirmed as things stand. */
    refusal: problem ?? (isResend ? undefined : planRefusal(plan)),
    submit: () => {
      // Sent again, it goes with the plan that it was first sent with.
      const expectedPlanHash = plan.data?.hash ?? '';
      void submission.submit(asked, (idempotencyKey) => prepare({ idempotencyKey, expectedPlanHash }));
    },
  };
}

function planRefusal({ data, error, isFetching }: PlanQuery): string | undefined {
  if (error !== null && !isFetching) return 'What would change is not known: ask again.';
  if (data === undefined || isFetching) return 'What would change is being worked out.';
  return data.refusal?.message;
}

function worded(failure: Failure | null): Failure | null {
  return failure?.code === 'plan_stale' ? { ...failure, message: STALE } : failure;
}
