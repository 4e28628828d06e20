/** Who is signed in, for every page; and what happens when that ends in the middle of something. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { BareShell } from '../../components/bare-shell.tsx';
import { Page } from '../../components/page.tsx';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { SignInAgainDialog } from './sign-in-again-dialog.tsx';

export interface Viewer {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: 'admin' | 'customer';
}

const ViewerContext = createContext<Viewer | null>(null);

/** Who is signed in, on the pages that need somebody. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === null) throw new Error('This page is drawn outside of a session.');
  return viewer;
}

interface SessionProps {
  /** A procedure has said that nobody is signed in any more. */
  ended: boolean;
  onRenewed: () => void;
  /** Where nobody was signed in to begin with. */
  signedOut: ReactNode;
  children: ReactNode;
}

/** Draws a page for who is signed in. A session that ends leaves the page, with all that was typed, where it is. */
export function Session({ ended, onRenewed, signedOut, children }: SessionProps) {
  const queryClient = useQueryClient();
  const session = useQuery(
    useTRPC().public.session.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  );
  if (session.isPending) return <Waiting />;
  if (session.isError) {
    const { message, requestId } = failureOf(session.error);
    return (
      <BareShell>
        <Page title="Not available">
          <ErrorState
            message={message}
            requestId={requestId}
            onRetry={() => void session.refetch()}
            retrying={session.isFetching}
          />
        </Page>
      </BareShell>
    );
  }
  const { viewer } = session.data;
  if (viewer === null) return signedOut;
  const renew = () => {
    onRenewed();
    void queryClient.invalidateQueries();
  };
  return (
    <ViewerContext value={viewer}>
      {children}
      <SignInAgainDialog open={ended} email={viewer.email} onSignedIn={renew} />
    </ViewerContext>
  );
}

function Waiting() {
  return (
    <main aria-busy="true" className="grid min-h-dvh place-items-center">
      <p className="flex items-center gap-2 text-muted text-sm">
        <Spinner /> Loading
      </p>
    </main>
  );
}
