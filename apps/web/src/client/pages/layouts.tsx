/** What stands around the pages of who is signed in: the session, the shell, and the wall before what is for admins. */
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { AppShell } from '../components/app-shell.tsx';
import { CustomerShell } from '../components/customer-shell.tsx';
import { NotAllowedPage } from '../components/message-page.tsx';
import { paths } from '../lib/path-builder.ts';
import { Session, useViewer, type Viewer } from '../modules/session/session.tsx';
import { useSessionEnd } from '../modules/session/session-end.tsx';
import { signOut } from '../modules/session/sign-in.ts';
import { notify } from '../ui/toast.tsx';

export function AdminLayout() {
  return (
    <SignedIn>
      <AdminPages />
    </SignedIn>
  );
}

export function CustomerLayout() {
  return (
    <SignedIn>
      <CustomerPages />
    </SignedIn>
  );
}

function AdminPages() {
  const viewer = useViewer();
  if (viewer.role !== 'admin')
    return (
      <CustomerShell user={shellUser(viewer)} onSignOut={leave}>
        <NotAllowedPage />
      </CustomerShell>
    );
  return (
    <AppShell user={shellUser(viewer)} onSignOut={leave}>
      <Outlet />
    </AppShell>
  );
}

function CustomerPages() {
  return (
    <CustomerShell user={shellUser(useViewer())} onSignOut={leave}>
      <Outlet />
    </CustomerShell>
  );
}

function SignedIn({ children }: { children: ReactNode }) {
  const { ended, renew } = useSessionEnd();
  return (
    <Session ended={ended} onRenewed={renew} signedOut={<ToSignIn />}>
      {children}
    </Session>
  );
}

function ToSignIn() {
  const navigate = useNavigate();
  const href = useLocation({ select: ({ href }) => href });
  // Of the page that was asked for: the location changes before this page goes, and would be returned to in its turn.
  const [returnTo] = useState(href);
  useEffect(() => {
    void navigate({ href: paths.signIn(returnTo === '/' ? undefined : returnTo), replace: true });
  }, [navigate, returnTo]);
  return null;
}

function shellUser({ name, email, role }: Viewer) {
  return { name: name === '' ? null : name, email, role };
}

/** By loading anew: nothing of the person before stays in the browser's memory. */
async function leave() {
  if (await signOut()) window.location.assign(paths.signIn());
  else notify.failure('You are still signed in: the console can’t be reached. Try again.');
}
