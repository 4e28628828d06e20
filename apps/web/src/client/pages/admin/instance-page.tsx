import { useQuery } from '@tanstack/react-query';
import { useLocation, useParams } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { NotFoundPage } from '../../components/message-page.tsx';
import { Page } from '../../components/page.tsx';
import { failureOf } from '../../lib/failure.ts';
import { useLastingError } from '../../lib/lasting-error.ts';
import { paths } from '../../lib/path-builder.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { InstanceSkeleton } from '../../modules/instances/instance-skeleton.tsx';
import { OwnedInstance } from '../../modules/instances/owned-instance.tsx';
import { buttonStyle } from '../../ui/button-style.ts';
import { ErrorState } from '../../ui/error-state.tsx';

/** A row changes with each change of its instance; the page reads it anew after those that it has seen itself. */
const ROW_REFRESH_MS = 30_000;
/** An address with something else than an id in it is none of an instance either. */
const NO_SUCH_INSTANCE = ['instance_not_found', 'invalid_request'];
/** The registry hears of a new instance only when what makes it comes to a rest. */
const NEW_ROW_REFRESH_MS = 1_000;

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Whose instance was made on the page before this one. */
    madeFor?: string;
  }
}

export function InstancePage() {
  const { instanceId } = useParams({ from: '/admin/instances/$instanceId' });
  return <FoundInstance key={instanceId} instanceId={instanceId} />;
}

function FoundInstance({ instanceId }: { instanceId: string }) {
  const madeFor = useLocation({ select: ({ state }) => state.madeFor });
  const isRowAwaited = (row: unknown) => row === undefined && madeFor !== undefined;
  const owner = useQuery(
    useTRPC().admin.instances.owner.queryOptions(
      { instanceId },
      { refetchInterval: ({ state }) => (isRowAwaited(state.data) ? NEW_ROW_REFRESH_MS : ROW_REFRESH_MS) },
    ),
  );
  const error = useLastingError(owner);
  const userId = owner.data?.row.userId ?? madeFor;
  if (userId !== undefined) {
    const { row = null, names = {} } = owner.data ?? {};
    const target = { userId, instanceId };
    return <OwnedInstance key={`${userId} ${instanceId}`} target={target} row={row} names={names} />;
  }
  if (error === null) return <InstanceSkeleton title="Instance" />;
  const { code, message, requestId } = failureOf(error);
  if (NO_SUCH_INSTANCE.includes(code)) {
    return (
      <NotFoundPage
        action={
          <AppLink href={paths.adminInstances()} className={buttonStyle()}>
            Go to the instances
          </AppLink>
        }
      />
    );
  }
  return (
    <Page title="Instance" breadcrumbs={[{ label: 'Instances', href: paths.adminInstances() }]}>
      <ErrorState
        message={message}
        requestId={requestId}
        onRetry={() => void owner.refetch()}
        retrying={owner.isFetching}
      />
    </Page>
  );
}
