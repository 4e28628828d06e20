import type { ReactNode } from 'react';
import type { ButtonProps } from '../../../ui/button.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog, type DialogProps } from '../../../ui/dialog.tsx';

interface ChangeDialogProps extends Omit<DialogProps, 'open' | 'footer' | 'onSubmit' | 'children'> {
  /** The verb of what is confirmed. */
  submitLabel: string;
  submitVariant?: ButtonProps['variant'];
  /** Why it can't be confirmed as things stand. */
  refusal: string | undefined;
  onSubmit: () => void;
  children: ReactNode;
}

/** The frame of the dialogs that change an instance. Mounted while it is open, so that each opening begins anew. */
export function ChangeDialog({
  submitLabel,
  submitVariant = 'primary',
  refusal,
  onSubmit,
  busy = false,
  children,
  ...dialog
}: ChangeDialogProps) {
  return (
    <Dialog
      {...dialog}
      open
      busy={busy}
      // Return in a field submits a form whose button is refused, too.
      onSubmit={() => (refusal === undefined ? onSubmit() : undefined)}
      footer={
        <>
          <Button
            onClick={() => dialog.onOpenChange(false)}
            disabledReason={busy ? 'In progress' : undefined}
          >
            Cancel
          </Button>
          <Button
            type="submit"
            variant={submitVariant}
            loading={busy}
            disabledReason={busy ? undefined : refusal}
          >
            {submitLabel}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
