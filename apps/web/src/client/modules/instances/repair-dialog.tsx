import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../../lib/trpc.ts';
import { useSubmission } from '../../lib/use-submission.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import type { RepairChoice } from './drift-explanations.ts';
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
  const repair = useMutation(trpc.admin.instances.repair.mutationOptions());
  const replaceVolume = useMutation(trpc.admin.instances.replaceVolume.mutationOptions());
  const { submit, busy, failure } = useSubmission({
    send: (send: () => Promise<OperationAnswer>) => send(),
    onAnswer: onAccepted,
  });
  const ask = (request: RepairChoice['request']) =>
    void submit(JSON.stringify(request), (idempotencyKey) => {
      const change = { userId, instanceId, idempotencyKey };
      if (request.kind === 'replace_volume')
        return () => replaceVolume.mutateAsync({ ...change, confirm: 'data is lost' });
      const { finding, choice } = request;
      return () => repair.mutateAsync({ ...change, finding, choice });
    });
  return { ask, busy, failure };
}
