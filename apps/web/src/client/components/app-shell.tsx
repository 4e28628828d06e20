import { Boxes, Gauge, Menu, ScrollText, Users, X, Zap } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { cn } from '../lib/cn.ts';
import { paths } from '../lib/path-builder.ts';
import { AppLink } from './app-link.tsx';
import { Logo } from './logo.tsx';
import { MAIN_ID, SkipLink } from './skip-link.tsx';
import { type ShellUser, UserMenu } from './user-menu.tsx';

const NAV_ID = 'main-navigation';

const NAV = [
  { label: 'Fleet', href: paths.fleet(), icon: <Gauge aria-hidden="true" />, exact: true },
  { label: 'Instances', href: paths.adminInstances(), icon: <Boxes aria-hidden="true" />, exact: false },
  { label: 'Overrides', href: paths.overrides(), icon: <Zap aria-hidden="true" />, exact: false },
  { label: 'Audit', href: paths.audit(), icon: <ScrollText aria-hidden="true" />, exact: false },
  { label: 'People', href: paths.people(), icon: <Users aria-hidden="true" />, exact: false },
];

export interface ShellProps {
  user: ShellUser;
  onSignOut: () => void;
  children: ReactNode;
}

/** Around every page of the admin console: navigation at the side, and above the page where there is no room. */
export function AppShell({ user, onSignOut, children }: ShellProps) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <SkipLink />
      <header className="sticky top-0 z-20 flex flex-wrap items-center gap-x-2 border-border border-b bg-surface/95 px-3 py-2 backdrop-blur-sm lg:h-dvh lg:flex-col lg:flex-nowrap lg:items-stretch lg:border-r lg:border-b-0 lg:px-3 lg:py-4">
        <Navigation />
        <div className="ml-auto min-w-0 max-lg:order-1 lg:mt-auto lg:ml-0 lg:flex lg:flex-col">
          <UserMenu user={user} onSignOut={onSignOut} wide />
        </div>
      </header>
      <main id={MAIN_ID} tabIndex={-1} className="min-w-0 px-4 py-5 md:px-8 md:py-7">
        <div className="mx-auto max-w-[90rem]">{children}</div>
      </main>
    </div>
  );
}

function Navigation() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={NAV_ID}
        aria-label="Menu"
        onClick={() => setOpen(!open)}
        className="inline-flex size-9 items-center justify-center rounded-md text-muted hover:bg-surface-sunken lg:hidden"
      >
        {open ? <X aria-hidden="true" className="size-5" /> : <Menu aria-hidden="true" className="size-5" />}
      </button>
      <AppLink href={paths.fleet()} className="inline-flex items-center rounded-md lg:mb-5 lg:px-2">
        <Logo />
      </AppLink>
      <nav
        id={NAV_ID}
        aria-label="Main"
        className={cn('max-lg:order-2 max-lg:basis-full max-lg:pt-2', !open && 'max-lg:hidden')}
      >
        <ul className="flex flex-col gap-0.5">
          {NAV.map(({ label, href, icon, exact }) => (
            <li key={label}>
              <AppLink
                href={href}
                exact={exact}
                onClick={() => setOpen(false)}
                className="flex h-8 items-center gap-2.5 rounded-md px-2 font-medium text-muted text-sm transition-colors duration-100 hover:bg-surface-sunken hover:text-text data-[status=active]:bg-surface-sunken data-[status=active]:text-text max-lg:h-11 [&_svg]:size-4 data-[status=active]:[&_svg]:text-accent-text"
              >
                {icon}
                {label}
              </AppLink>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
