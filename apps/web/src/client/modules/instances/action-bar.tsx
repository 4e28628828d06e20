import { HardDriveUpload, MoveUp, Play, RotateCw, ShieldAlert, ShieldX, Square, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, type ButtonProps } from '../../ui/button.tsx';
import type { ActionKey, ActionTone } from './instance-actions.ts';
import type { RunnableAction } from './use-instance-actions.tsx';

const ICONS: Record<ActionKey, ReactNode> = {
  start: <Play aria-hidden="true" />,
  stop: <Square aria-hidden="true" />,
  restart: <RotateCw aria-hidden="true" />,
  resize: <MoveUp aria-hidden="true" />,
  set_override: <ShieldAlert aria-hidden="true" />,
  clear_override: <ShieldX aria-hidden="true" />,
  extend_volume: <HardDriveUpload aria-hidden="true" />,
  destroy: <Trash2 aria-hidden="true" />,
};

const VARIANTS: Record<ActionTone, NonNullable<ButtonProps['variant']>> = {
  neutral: 'secondary',
  lent: 'secondary',
  danger: 'danger-outline',
};

/**
 * Every action in sight, the refused ones with their reason; two beside each other on a phone. A menu would hide there
 * what somebody with a customer on the line has to find at once.
 */
export function ActionBar({ actions }: { actions: readonly RunnableAction[] }) {
  return (
    <ul
      aria-label="Actions"
      className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap [&_button]:max-sm:h-10 [&_button]:max-sm:w-full"
    >
      {actions.map(({ key, label, reason, tone, busy, run }) => (
        <li key={key}>
          <Button
            icon={ICONS[key]}
            variant={VARIANTS[tone]}
            disabledReason={reason ?? undefined}
            loading={busy}
            onClick={run}
          >
            {label}
          </Button>
        </li>
      ))}
    </ul>
  );
}
