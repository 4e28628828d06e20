import { LogOut } from 'lucide-react';
import { Popover } from 'radix-ui';
import { cn } from '../lib/cn.ts';
import { Button } from '../ui/button.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

export interface ShellUser {
  name: string | null;
  email: string;
  role: 'admin' | 'customer';
}

interface UserMenuProps {
  user: ShellUser;
  onSignOut: () => void;
  /** The name is shown beside the initial. */
  wide?: boolean;
}

export function UserMenu({ user, onSignOut, wide = false }: UserMenuProps) {
  const shown = user.name ?? user.email;
  return (
    <Popover.Root>
      <Popover.Trigger className="flex min-h-9 min-w-0 items-center gap-2.5 rounded-md px-1.5 text-left hover:bg-surface-sunken">
        <span
          aria-hidden="true"
          className="inline-flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent-text text-xs uppercase"
        >
          {Array.from(shown)[0]}
        </span>
        <span className="sr-only">Account of </span>
        <span className={cn('truncate text-sm', wide ? 'max-lg:sr-only' : 'max-md:sr-only')}>{shown}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="Account"
          align={wide ? 'start' : 'end'}
          sideOffset={6}
          collisionPadding={8}
          className="z-30 flex w-64 animate-fade-in flex-col gap-3 rounded-lg border border-border bg-surface-raised p-3 text-sm shadow-floating"
        >
          <div className="min-w-0">
            <p className="truncate font-medium">{shown}</p>
            <p className="truncate text-muted text-xs">
              {user.name === null ? '' : `${user.email} · `}
              {user.role === 'admin' ? 'Admin' : 'Customer'}
            </p>
          </div>
          <div className="flex items-center justify-between gap-2 border-border border-t pt-3">
            <span aria-hidden="true" className="text-muted">
              Theme
            </span>
            <ThemeSwitch />
          </div>
          <Button icon={<LogOut aria-hidden="true" />} onClick={onSignOut}>
            Sign out
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
