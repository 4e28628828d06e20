import type { TiersView } from '@kiloclaw/platform-contract';
import type { ReactNode } from 'react';
import { failureOf } from '../../../lib/failure.ts';
import { ErrorState } from '../../../ui/error-state.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { VisuallyHidden } from '../../../ui/visually-hidden.tsx';

interface CatalogQuery {
  readonly data: TiersView | undefined;
  readonly error: unknown;
  readonly isFetching: boolean;
  readonly refetch: () => Promise<unknown>;
}

/** A choice out of the catalog, once that is there. */
export function CatalogChoice({
  catalog,
  children,
}: {
  catalog: CatalogQuery;
  children: (catalog: TiersView) => ReactNode;
}) {
  const { data, error, isFetching, refetch } = catalog;
  if (data !== undefined) return children(data);
  if (error === null) {
    return (
      <div aria-busy="true" className="flex flex-col gap-2">
        <VisuallyHidden>Loading the tiers</VisuallyHidden>
        {['first', 'second', 'third'].map((place) => (
          <Skeleton key={place} className="h-14 w-full" />
        ))}
      </div>
    );
  }
  const { message, requestId } = failureOf(error);
  return (
    <ErrorState
      message={message}
      requestId={requestId}
      onRetry={() => void refetch()}
      retrying={isFetching}
    />
  );
}
