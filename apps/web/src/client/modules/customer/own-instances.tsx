import { useQuery } from '@tanstack/react-query';
import { Server } from 'lucide-react';
import type { CustomerListedInstance } from '../../../server/views/customer-view.ts';
import { Page } from '../../components/page.tsx';
import { failureOf } from '../../lib/failure.ts';
import { useLastingError } from '../../lib/lasting-error.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { Alert } from '../../ui/alert.tsx';
import { Card } from '../../ui/card.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { OwnInstance, OwnInstanceSkeleton } from './own-instance.tsx';
import { OwnInstanceCard } from './own-instance-card.tsx';

const TITLE = 'Your instances';
/** A new one appears without being asked for. */
const LIST_REFRESH_MS = 30_000;

/** A customer's own instances: the only one as its page, several as cards. */
export function OwnInstances() {
  const list = useQuery(
    useTRPC().customer.instances.list.queryOptions(undefined, { refetchInterval: LIST_REFRESH_MS }),
  );
  const error = useLastingError(list);
  if (list.data === undefined && error === null) return <OwnInstanceSkeleton />;
  if (list.data === undefined) {
    const { message, requestId } = failureOf(error);
    return (
      <Page title={TITLE}>
        <ErrorState
          message={message}
          requestId={requestId}
          onRetry={() => void list.refetch()}
          retrying={list.isFetching}
        />
      </Page>
    );
  }
  const { items, hasMore } = list.data;
  const [only, ...others] = items;
  if (only === undefined) return <NoInstance />;
  if (others.length === 0) return <OwnInstance instanceId={only.instanceId} />;
  return <Several items={items} hasMore={hasMore} />;
}

function Several({ items, hasMore }: { items: readonly CustomerListedInstance[]; hasMore: boolean }) {
  return (
    <Page title={TITLE}>
      {hasMore ? (
        <Alert>
          Your newest {items.length} instances are shown. An older one is found by its own address.
        </Alert>
      ) : null}
      <div className="grid gap-4 md:grid-cols-2">
        {items.map((listed) => (
          <OwnInstanceCard key={listed.instanceId} listed={listed} />
        ))}
      </div>
    </Page>
  );
}

function NoInstance() {
  return (
    <Page title={TITLE}>
      <Card>
        <EmptyState icon={<Server />} title="You have no instance yet.">
          As soon as one is made for you, it appears here. If you expected one, ask whoever gave you this
          account.
        </EmptyState>
      </Card>
    </Page>
  );
}
