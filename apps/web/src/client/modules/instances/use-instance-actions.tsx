import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { type ReactNode, useEffect, useState } from 'react';
import { isAnswerLost } from '../../lib/submission.ts';
import { notify } from '../../ui/toast.tsx';
import { ActionDialog, type DialogAction } from './action-dialog.tsx';
import { type InstanceAction, instanceActions } from './instance-actions.ts';
import { instanceName } from './instance-name.ts';
import { usePowerChange } from './use-power-change.ts';

export interface RunnableAction extends InstanceAction {
  /** Does it, or opens the dialog that asks first. */
  readonly run: () => void;
  readonly busy: boolean;
}

interface Options {
  /** Whose it is, in words. */
  readonly ownerName: string;
  /** The instance or its row in the registry has an override, whatever it is worth. */
  readonly holdsOverride: boolean;
  readonly onAccepted: (answer: OperationAnswer) => void;
}

/** Everything that can be done to an instance: buttons, menus and their dialogs come from here alone. */
export function useInstanceActions(
  instance: DebugView,
  { ownerName, holdsOverride, onAccepted }: Options,
): { readonly actions: readonly RunnableAction[]; readonly dialog: ReactNode } {
  const name = instanceName(instance);
  const [open, setOpen] = useState<DialogAction | null>(null);
  const start = usePowerChange(instance, onAccepted);
  useEffect(() => {
    if (start.failure === null) return;
    const title = isAnswerLost(start.failure)
      ? `Nobody knows yet whether ${name} starts`
      : `${name} was not started`;
    notify.failure(title, start.failure.message);
  }, [start.failure, name]);
  const actions = instanceActions(instance, { holdsOverride }).map((action): RunnableAction => {
    const { key } = action;
    if (key === 'start') return { ...action, run: () => start.ask(key), busy: start.busy };
    return { ...action, run: () => setOpen(key), busy: false };
  });
  const dialog =
    open === null ? null : (
      <ActionDialog
        action={open}
        instance={instance}
        ownerName={ownerName}
        onClose={() => setOpen(null)}
        onAccepted={onAccepted}
      />
    );
  return { actions, dialog };
}
