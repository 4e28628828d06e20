import { useId } from 'react';
import type { CustomerInstance, CustomerListedInstance } from '../../../server/views/customer-view.ts';
import { TextLink } from '../../components/text-link.tsx';
import { failureOf } from '../../lib/failure.ts';
import { paths } from '../../lib/path-builder.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { instanceName } from '../instances/instance-name.ts';
import { StateBadge } from '../instances/state-badge.tsx';
import { OwnFacts } from './own-facts.tsx';
import { KIND_WORDS } from './own-operation-words.ts';
import { OwnPowerActions, useOwnPower } from './own-power-actions.tsx';
import { useOwnInstance } from './use-own-instance.ts';

/** One of several instances; the list knows its name, and the instance itself the rest. */
export function OwnInstanceCard({ listed }: { listed: CustomerListedInstance }) {
  const { instanceId } = listed;
  const own = useOwnInstance(instanceId);
  const id = useId();
  return (
    <Card className="flex flex-col gap-4 p-4">
      <section aria-labelledby={id} className="contents">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <h2 id={id} className="min-w-0 break-words font-semibold text-base">
            <TextLink href={paths.customerInstance(instanceId)}>{instanceName(own.data ?? listed)}</TextLink>
          </h2>
          <StateBadge status={own.data?.status ?? listed.status} />
        </div>
        {own.data !== undefined ? <CardContent instance={own.data} /> : null}
        {own.data === undefined && own.isPending ? <CardSkeleton /> : null}
        {own.data === undefined && own.isError ? (
          <div className="flex flex-col items-start gap-3">
            <FormError failure={failureOf(own.error)} />
            <Button loading={own.isFetching} onClick={() => void own.refetch()}>
              Try again
            </Button>
          </div>
        ) : null}
      </section>
    </Card>
  );
}

function CardContent({ instance }: { instance: CustomerInstance }) {
  const power = useOwnPower(instance.instanceId);
  const { operation } = instance;
  return (
    <>
      {operation === null ? null : (
        <p className="flex items-center gap-2 text-accent-text text-sm">
          <Spinner /> {KIND_WORDS[operation.kind].doing}
        </p>
      )}
      <OwnFacts instance={instance} brief />
      <FormError failure={power.failure} />
      <div className="mt-auto flex flex-wrap gap-2">
        <OwnPowerActions instance={instance} power={power} />
      </div>
    </>
  );
}

function CardSkeleton() {
  return (
    <div aria-busy="true" className="flex flex-col gap-3">
      <span className="sr-only">Loading your instance</span>
      <Skeleton className="h-24" />
      <Skeleton className="h-8" />
    </div>
  );
}
