import { FileQuestion, ShieldOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { paths } from '../lib/path-builder.ts';
import { buttonStyle } from '../ui/button-style.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { AppLink } from './app-link.tsx';
import { Page } from './page.tsx';

interface MessagePageProps {
  title: string;
  icon: ReactNode;
  sentence: string;
  children: ReactNode;
  action?: ReactNode;
}

function MessagePage({ title, icon, sentence, children, action }: MessagePageProps) {
  return (
    <Page title={title}>
      <EmptyState
        icon={icon}
        title={sentence}
        action={
          action ?? (
            <AppLink href={paths.customerInstances()} className={buttonStyle()}>
              Go to the start page
            </AppLink>
          )
        }
      >
        {children}
      </EmptyState>
    </Page>
  );
}

/** `action` leads on, where there is a better place than the start page. */
export function NotFoundPage({ action }: { action?: ReactNode }) {
  return (
    <MessagePage
      title="Not found"
      icon={<FileQuestion />}
      sentence="There is nothing at this address."
      action={action}
    >
      It may have been destroyed or deleted, or the address may be mistyped.
    </MessagePage>
  );
}

export function NotAllowedPage({ action }: { action?: ReactNode }) {
  return (
    <MessagePage
      title="Not allowed"
      icon={<ShieldOff />}
      sentence="Your account may not see this page."
      action={action}
    >
      It is for admins. Ask one of them for the role, or sign in with another account.
    </MessagePage>
  );
}
