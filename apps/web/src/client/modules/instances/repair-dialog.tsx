import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import type { RepairChoice } from './drift-explanations.ts';
import { IdempotencyKeys } from './idempotency-key.ts';
import { instanceName } from './instance-name.ts';

interface RepairDialogProps {
  instance: DebugView;
  choice: RepairChoice;
  onClose: () => void;
  onAccepted: (answer: OperationAnswer) => void;
}

/** Confirms what an admin decides about a finding; the instance's name is typed where data is lost. */
export function RepairDialog({ instance, choice, onClose, onAccepted }: RepairDialogProps) {
  const { request } = choice;
  const repair = useDecision(instance, (answer) => {
    onClose();
    onAccepted(answer);
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={choice.label}
      description={instanceName(instance)}
      confirmLabel={request.kind === 'replace_volume' ? 'Replace volume' : 'Repair'}
      tone={choice.losesData ? 'danger' : 'primary'}
      typedName={choice.losesData ? instanceName(instance) : undefined}
      busy={repair.busy}
      failure={repair.failure}
      onConfirm={() => repair.ask(request)}
    >
      <p>{choice.consequence}</p>
    </ConfirmDialog>
  );
}

function useDecision({ userId, instanceId }: DebugView, onAccepted: (answer: OperationAnswer) => void) {
  const trpc = useTRPC();
  const keys = useRef(new IdempotencyKeys());
  const settled = {
    onSuccess: (answer: OperationAnswer) => {
      keys.current.answered(null);
      onAccepted(answer);
    },
    onError: (error: unknown) => keys.current.answered(failureOf(error).code),
  };
  const repair = useMutation(trpc.admin.instances.repair.mutationOptions(settled));
  const replace = useMutation(trpc.admin.instances.replaceVolume.mutationOptions(settled));
  const error = repair.error ?? replace.error;
  return {
    busy: repair.isPending || replace.isPending,
    failure: error === null ? null : failureOf(error),
    ask: (request: RepairChoice['request']) => {
      const change = { userId, instanceId, idempotencyKey: keys.current.keyFor(request) };
      if (request.kind === 'repair') {
        const { finding, choice } = request;
        repair.mutate({ ...change, finding, choice });
      } else replace.mutate({ ...change, confirm: 'data is lost' });
    },
  };
}
