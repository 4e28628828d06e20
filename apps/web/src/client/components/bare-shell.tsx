import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';
import { MAIN_ID } from './skip-link.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** Around a page for somebody who is not signed in: one narrow column. */
export function BareShell({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 items-center justify-between px-4 md:px-8">
        <Logo />
        <ThemeSwitch />
      </header>
      <main
        id={MAIN_ID}
        tabIndex={-1}
        className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center px-4 pt-6 pb-24"
      >
        {children}
      </main>
    </div>
  );
}
