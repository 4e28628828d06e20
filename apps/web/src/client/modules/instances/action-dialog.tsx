import type { DebugView, OperationAnswer } from '@kiloclaw/platform-contract';
import { lazy, Suspense } from 'react';
import { DestroyDialog } from './destroy-dialog.tsx';
import type { ActionKey } from './instance-actions.ts';
import { PowerDialog } from './power-dialog.tsx';

/** The actions that ask first: all but the start, which harms nobody. */
export type DialogAction = Exclude<ActionKey, 'start'>;

const HARDWARE_DIALOGS = {
  resize: lazy(async () => ({
    default: (await import('./dialogs/resize-tier-dialog.tsx')).ResizeTierDialog,
  })),
  set_override: lazy(async () => ({
    default: (await import('./dialogs/size-override-dialog.tsx')).SizeOverrideDialog,
  })),
  clear_override: lazy(async () => ({
    default: (await import('./dialogs/clear-size-override-dialog.tsx')).ClearSizeOverrideDialog,
  })),
  extend_volume: lazy(async () => ({
    default: (await import('./dialogs/extend-volume-dialog.tsx')).ExtendVolumeDialog,
  })),
} as const;

interface ActionDialogProps {
  action: DialogAction;
  instance: DebugView;
  ownerName: string;
  onClose: () => void;
  onAccepted: (answer: OperationAnswer) => void;
}

/** The dialog of an action, open. Those of hardware are loaded when they are first asked for. */
export function ActionDialog({ action, instance, ownerName, onClose, onAccepted }: ActionDialogProps) {
  const dialog = { instance, open: true, onOpenChange: onClose, onAccepted };
  switch (action) {
    case 'stop':
    case 'restart':
      return <PowerDialog {...dialog} action={action} />;
    case 'destroy':
      return <DestroyDialog {...dialog} ownerName={ownerName} />;
    default: {
      const HardwareDialog = HARDWARE_DIALOGS[action];
      return (
        <Suspense fallback={null}>
          <HardwareDialog {...dialog} />
        </Suspense>
      );
    }
  }
}
