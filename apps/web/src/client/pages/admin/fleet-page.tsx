import { useQuery } from '@tanstack/react-query';
import { Page } from '../../components/page.tsx';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { FleetOverview, FleetSkeleton } from '../../modules/fleet/fleet-overview.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';

const REFRESH_MS = 30_000;

export function FleetPage() {
  const overview = useQuery(
    useTRPC().admin.fleet.overview.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  const failure = overview.error === null ? null : failureOf(overview.error);
  if (overview.data === undefined) {
    return (
      <Page title="Fleet">
        {failure === null ? (
          <FleetSkeleton />
        ) : (
          <ErrorState {...failure} onRetry={() => void overview.refetch()} retrying={overview.isFetching} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title="Fleet"
      subtitle={
        <>
          Counted <RelativeTime instant={overview.data.at} />
        </>
      }
    >
      <FormError failure={failure} />
      <FleetOverview figures={overview.data} />
    </Page>
  );
}
