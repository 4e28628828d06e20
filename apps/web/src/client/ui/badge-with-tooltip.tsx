import type { ReactNode } from 'react';
import { Badge } from './badge.tsx';
import type { Tone } from './tone.ts';
import { Tooltip } from './tooltip.tsx';

/** A badge that tells more in a tooltip, found by keyboard as well. */
export function BadgeWithTooltip({
  tone,
  icon,
  tooltip,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  tooltip: ReactNode;
  children: ReactNode;
}) {
  return (
    <Tooltip content={tooltip}>
      <button type="button" className="inline-flex min-h-6 max-w-full items-center rounded-sm">
        <Badge {...(tone === undefined ? {} : { tone })} icon={icon}>
          {children}
        </Badge>
      </button>
    </Tooltip>
  );
}
