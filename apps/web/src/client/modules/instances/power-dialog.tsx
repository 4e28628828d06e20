import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { formatMachineSize } from '../../lib/format.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ACTION_LABELS } from './instance-actions.ts';
import { instanceName } from './instance-name.ts';
import { usePowerChange } from './use-power-change.ts';

interface PowerDialogProps {
  instance: DebugView;
  action: 'stop' | 'restart';
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onAccepted: (answer: OperationAnswer) => void;
}

/** Asks before what interrupts a customer, and says what comes of it. */
export function PowerDialog({ instance, action, open, onOpenChange, onAccepted }: PowerDialogProps) {
  const change = usePowerChange(instance, (answer) => {
    onOpenChange(false);
    onAccepted(answer);
  });
  const { changes, machineSize } = instance.whyThisSize.nextRestart;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${ACTION_LABELS[action]} ${instanceName(instance)}`}
      confirmLabel={ACTION_LABELS[action]}
      busy={change.busy}
      failure={change.failure}
      onConfirm={() => change.ask(action)}
    >
      <p>{CONSEQUENCES[action]}</p>
      {changes && machineSize !== null && action === 'restart' ? (
        <p className="mt-2">
          It comes back on <strong className="font-semibold">{formatMachineSize(machineSize)}</strong>.
        </p>
      ) : null}
    </ConfirmDialog>
  );
}

const CONSEQUENCES = {
  stop: 'Whatever it is doing is interrupted, and it answers nobody until it is started again. Its volume stays as it is.',
  restart:
    'Whatever it is doing is interrupted, and it answers nobody for a minute or so. Its volume stays as it is.',
} as const;
