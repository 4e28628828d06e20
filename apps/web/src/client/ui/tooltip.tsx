import { Tooltip as RadixTooltip } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

const OPEN_DELAY_MS = 250;

/** Once, around the app: tooltips beside each other open at once after the first. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return <RadixTooltip.Provider delayDuration={OPEN_DELAY_MS}>{children}</RadixTooltip.Provider>;
}

interface TooltipProps {
  content: ReactNode;
  /** What it belongs to: one element that can take the focus. */
  children: ReactElement;
  side?: 'top' | 'bottom' | 'left' | 'right';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** Shown on hover and on focus; read out as the description of what it belongs to. */
export function Tooltip({ content, children, side = 'top', ...openState }: TooltipProps) {
  return (
    <RadixTooltip.Root {...openState}>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-xs animate-fade-in rounded-md border border-border bg-surface-raised px-2.5 py-1.5 text-text text-xs shadow-floating"
        >
          {content}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
