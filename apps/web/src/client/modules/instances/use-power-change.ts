import type { OperationAnswer } from '@kiloclaw/platform-contract';
import { useMutation } from '@tanstack/react-query';
import type { Failure } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { useSubmission } from '../../lib/use-submission.ts';
import type { InstanceTarget } from './use-instance.ts';

export type PowerAction = 'start' | 'stop' | 'restart' | 'destroy';

interface PowerChange {
  readonly ask: (action: PowerAction) => void;
  readonly busy: boolean;
  readonly failure: Failure | null;
}

/** Asks for a change of the machine's power, or for its end; asked again after a lost answer, it is done once. */
export function usePowerChange(
  { userId, instanceId }: InstanceTarget,
  onAccepted: (answer: OperationAnswer) => void,
): PowerChange {
  const act = useMutation(useTRPC().admin.instances.act.mutationOptions());
  const { submit, busy, failure } = useSubmission({ send: act.mutateAsync, onAnswer: onAccepted });
  return {
    ask: (action) => {
      if (!busy) void submit(action, (idempotencyKey) => ({ userId, instanceId, action, idempotencyKey }));
    },
    busy,
    failure,
  };
}
