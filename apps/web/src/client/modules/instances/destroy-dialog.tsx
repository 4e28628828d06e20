import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { formatGb } from '../../lib/format.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ACTION_LABELS } from './instance-actions.ts';
import { instanceName } from './instance-name.ts';
import { usePowerChange } from './use-power-change.ts';

interface DestroyDialogProps {
  instance: DebugView;
  /** Whose it is, in words. */
  ownerName: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onAccepted: (answer: OperationAnswer) => void;
}

export function DestroyDialog({ instance, ownerName, open, onOpenChange, onAccepted }: DestroyDialogProps) {
  const change = usePowerChange(instance, (answer) => {
    onOpenChange(false);
    onAccepted(answer);
  });
  const disk =
    instance.volumeSizeGb === null ? 'The volume' : `The volume of ${formatGb(instance.volumeSizeGb)}`;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${ACTION_LABELS.destroy} ${instanceName(instance)}`}
      confirmLabel={ACTION_LABELS.destroy}
      tone="danger"
      typedName={instanceName(instance)}
      busy={change.busy}
      failure={change.failure}
      onConfirm={() => change.ask('destroy')}
    >
      <p>
        This is the instance of <strong className="font-semibold">{ownerName}</strong>.
      </p>
      <ul className="mt-2 list-disc space-y-1 pl-5">
        <li>{disk} is deleted with all the data on it. There is no way back.</li>
        <li>The machine is deleted, and its address answers nobody any more.</li>
        <li>Whatever is under way is broken off. The timeline and the audit trail stay.</li>
      </ul>
    </ConfirmDialog>
  );
}
