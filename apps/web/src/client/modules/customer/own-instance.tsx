import { NotFoundPage } from '../../components/message-page.tsx';
import { Page } from '../../components/page.tsx';
import { failureOf } from '../../lib/failure.ts';
import { useLastingError } from '../../lib/lasting-error.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { OwnInstanceDetail } from './own-instance-detail.tsx';
import { useOwnInstance } from './use-own-instance.ts';

/** An address with something else than an id in it is none of an instance either. */
const NO_SUCH_INSTANCE = ['instance_not_found', 'invalid_request'];

interface OwnInstanceProps {
  instanceId: string;
  breadcrumbs?: { label: string; href: string }[];
}

/** One instance as a page: its loading, its absence, its failure, itself. */
export function OwnInstance({ instanceId, breadcrumbs = [] }: OwnInstanceProps) {
  const own = useOwnInstance(instanceId);
  const error = useLastingError(own);
  if (own.data !== undefined)
    return <OwnInstanceDetail instance={own.data} error={error} breadcrumbs={breadcrumbs} />;
  if (error === null) return <OwnInstanceSkeleton breadcrumbs={breadcrumbs} />;
  const { code, message, requestId } = failureOf(error);
  if (NO_SUCH_INSTANCE.includes(code)) return <NotFoundPage />;
  return (
    <Page title="Your instance" breadcrumbs={breadcrumbs}>
      <ErrorState
        message={message}
        requestId={requestId}
        onRetry={() => void own.refetch()}
        retrying={own.isFetching}
      />
    </Page>
  );
}

export function OwnInstanceSkeleton({ breadcrumbs = [] }: Pick<OwnInstanceProps, 'breadcrumbs'>) {
  return (
    <Page title="Your instance" breadcrumbs={breadcrumbs}>
      <div aria-busy="true" className="flex flex-col gap-5">
        <span className="sr-only">Loading your instance</span>
        <Skeleton className="h-44" />
        <Skeleton className="h-56" />
      </div>
    </Page>
  );
}
