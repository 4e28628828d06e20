import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';

/** What every dialog that changes an instance is given by its page. */
export interface InstanceDialogProps {
  /** As `admin.instances.get` answers it; may be renewed while the dialog is open. */
  instance: DebugView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The change was accepted, and may still be under way. The dialog closes itself. */
  onAccepted: (answer: OperationAnswer) => void;
}

/** The instance and its owner, both as the page showed them. */
export function targetOf({ userId, instanceId }: Pick<DebugView, 'userId' | 'instanceId'>) {
  return { userId, instanceId };
}
