import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog, type DialogProps } from './dialog.tsx';
import { Field } from './field.tsx';
import type { FormFailure } from './form-error.tsx';
import { Input } from './input.tsx';

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  /** The verb, as on the button that opened it. */
  confirmLabel: string;
  tone?: 'primary' | 'danger' | 'lent';
  /** Must be typed before it can be confirmed: where data is lost. */
  typedName?: string | undefined;
  /** Why it can't be confirmed yet. */
  disabledReason?: string | undefined;
  size?: DialogProps['size'];
  busy?: boolean;
  failure?: FormFailure | null;
  onConfirm: () => void;
  /** What will happen, and what is lost. */
  children: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  // Mounted with its dialog, so that a name typed once is not there the next time.
  return props.open ? <OpenConfirmDialog {...props} /> : null;
}

function OpenConfirmDialog({
  confirmLabel,
  tone = 'primary',
  typedName,
  disabledReason,
  size = 'sm',
  busy = false,
  onConfirm,
  children,
  ...dialog
}: ConfirmDialogProps) {
  const [typed, setTyped] = useState('');
  const confirmed = typedName === undefined || typed.trim() === typedName;
  const refusal = disabledReason ?? (confirmed ? undefined : `Type ${typedName} to confirm`);
  const confirm = () => {
    if (refusal === undefined) onConfirm();
  };
  return (
    <Dialog
      {...dialog}
      size={size}
      tone={tone === 'lent' ? 'lent' : 'neutral'}
      busy={busy}
      onSubmit={confirm}
      footer={
        <>
          <Button
            onClick={() => dialog.onOpenChange(false)}
            disabledReason={busy ? 'In progress' : undefined}
          >
            Cancel
          </Button>
          <Button type="submit" variant={tone} loading={busy} disabledReason={refusal}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="text-sm">{children}</div>
      {typedName === undefined ? null : (
        <Field label={`Type ${typedName} to confirm`} required>
          <Input
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
      )}
    </Dialog>
  );
}
