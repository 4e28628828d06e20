import { paths } from '../lib/path-builder.ts';
import { AppLink } from './app-link.tsx';
import type { ShellProps } from './app-shell.tsx';
import { Logo } from './logo.tsx';
import { MAIN_ID, SkipLink } from './skip-link.tsx';
import { TextLink } from './text-link.tsx';
import { UserMenu } from './user-menu.tsx';

/** Around every page of a customer. */
export function CustomerShell({ user, onSignOut, children }: ShellProps) {
  return (
    <div className="min-h-dvh">
      <SkipLink />
      <header className="sticky top-0 z-20 border-border border-b bg-surface/95 backdrop-blur-sm">
        <div className="mx-auto flex h-14 max-w-5xl items-center justify-between gap-4 px-4 md:px-8">
          <AppLink href={paths.customerInstances()} className="inline-flex items-center rounded-md">
            <Logo />
          </AppLink>
          <div className="flex min-w-0 items-center gap-3">
            {user.role === 'admin' ? (
              <TextLink href={paths.fleet()} className="text-sm">
                Admin console
              </TextLink>
            ) : null}
            <UserMenu user={user} onSignOut={onSignOut} />
          </div>
        </div>
      </header>
      <main id={MAIN_ID} tabIndex={-1} className="mx-auto max-w-5xl px-4 py-6 md:px-8 md:py-8">
        {children}
      </main>
    </div>
  );
}
