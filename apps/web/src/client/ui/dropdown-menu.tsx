import { DropdownMenu as RadixMenu } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { cn } from '../lib/cn.ts';

interface DropdownMenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  children: ReactNode;
}

export function DropdownMenu({ trigger, align = 'end', side = 'bottom', children }: DropdownMenuProps) {
  return (
    <RadixMenu.Root>
      <RadixMenu.Trigger asChild>{trigger}</RadixMenu.Trigger>
      <RadixMenu.Portal>
        <RadixMenu.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-48 max-w-xs animate-fade-in rounded-md border border-border bg-surface-raised p-1 text-sm shadow-floating"
        >
          {children}
        </RadixMenu.Content>
      </RadixMenu.Portal>
    </RadixMenu.Root>
  );
}

const itemStyle =
  'flex min-h-8 select-none items-center gap-2.5 rounded-sm px-2 outline-none data-[highlighted]:bg-surface-sunken [&_svg]:size-4 [&_svg]:shrink-0';

interface MenuItemProps {
  icon?: ReactNode;
  tone?: 'neutral' | 'danger';
  onSelect: () => void;
  /** Shown under the label; the item then does nothing. */
  disabledReason?: string | undefined;
  children: ReactNode;
}

export function MenuItem({ icon, tone = 'neutral', onSelect, disabledReason, children }: MenuItemProps) {
  const refused = disabledReason !== undefined;
  return (
    <RadixMenu.Item
      aria-disabled={refused}
      onSelect={(event) => (refused ? event.preventDefault() : onSelect())}
      className={cn(itemStyle, refused ? 'text-muted' : tone === 'danger' && 'text-danger-text')}
    >
      {icon}
      <span className="min-w-0 py-1">
        {children}
        {refused ? <span className="block text-muted text-xs">{disabledReason}</span> : null}
      </span>
    </RadixMenu.Item>
  );
}

/** A link in a menu: one element that draws an anchor. */
export function MenuLink({ children }: { children: ReactElement }) {
  return (
    <RadixMenu.Item asChild className={itemStyle}>
      {children}
    </RadixMenu.Item>
  );
}

export function MenuSeparator() {
  return <RadixMenu.Separator className="-mx-1 my-1 h-px bg-border" />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <RadixMenu.Label className="px-2 py-1.5 text-muted text-xs">{children}</RadixMenu.Label>;
}
