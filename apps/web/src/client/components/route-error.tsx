import type { ErrorComponentProps } from '@tanstack/react-router';
import { ErrorState } from '../ui/error-state.tsx';
import { Page } from './page.tsx';

/** An import that fails: the release that this page belongs to has been replaced, and its files with it. */
function isMissingChunk(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return /dynamically imported module|Importing a module script failed|preload CSS/i.test(message);
}

/** Stands for a page that could not be drawn, within its shell. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const outdated = isMissingChunk(error);
  return (
    <Page title="Something went wrong">
      {outdated ? (
        <ErrorState
          message="A part of this page could not be loaded."
          hint="The connection may be down, or a new release may have replaced it. Loading the page again brings the current one."
          onRetry={() => window.location.reload()}
        />
      ) : (
        <ErrorState
          message="This page could not be drawn."
          hint="Nothing was changed by it. If it happens again, tell an admin what you did."
          onRetry={reset}
        />
      )}
    </Page>
  );
}
