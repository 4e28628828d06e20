import type { OperationAnswer } from '@kiloclaw/platform-contract';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { type Failure, failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { IdempotencyKeys } from './idempotency-key.ts';
import type { InstanceTarget } from './use-instance.ts';

export type PowerAction = 'start' | 'stop' | 'restart' | 'destroy';

interface PowerChange {
  readonly ask: (action: PowerAction) => void;
  readonly busy: PowerAction | null;
  readonly failure: Failure | null;
  /** Forgets the failure: of a dialog that is opened anew. */
  readonly reset: () => void;
}

interface Handlers {
  readonly onAccepted: (answer: OperationAnswer) => void;
  readonly onRefused?: (action: PowerAction, failure: Failure) => void;
}

/** Asks for a change of the machine's power, or for its end; asked again after a lost answer, it is done once. */
export function usePowerChange(target: InstanceTarget, { onAccepted, onRefused }: Handlers): PowerChange {
  const trpc = useTRPC();
  const keys = useRef(new IdempotencyKeys());
  const mutation = useMutation(
    trpc.admin.instances.act.mutationOptions({
      onSuccess: (answer) => {
        keys.current.answered(null);
        onAccepted(answer);
      },
      onError: (error, { action }) => {
        const failure = failureOf(error);
        keys.current.answered(failure.code);
        onRefused?.(action, failure);
      },
    }),
  );
  const { userId, instanceId } = target;
  return {
    ask: (action) => {
      const asked = { userId, instanceId, action };
      mutation.mutate({ ...asked, idempotencyKey: keys.current.keyFor(asked) });
    },
    busy: mutation.isPending ? mutation.variables.action : null,
    failure: mutation.isError ? failureOf(mutation.error) : null,
    reset: mutation.reset,
  };
}
