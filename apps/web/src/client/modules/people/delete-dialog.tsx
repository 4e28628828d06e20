import { useQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import type { ReactNode } from 'react';
import type { AppRouter } from '../../../server/routers/app-router.ts';
import { type Failure, failureOf } from '../../lib/failure.ts';
import { formatCount, formatCountOf } from '../../lib/format.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AwaitedInstances } from './awaited-instances.tsx';
import type { Person } from './people-view.ts';
import { personName } from './person-words.ts';

type Preview = inferRouterOutputs<AppRouter>['admin']['people']['deletionPreview'];

interface DeleteDialogProps {
  person: Person;
  busy: boolean;
  failure: Failure | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Says all that a deletion will do before it is confirmed. */
export function DeleteDialog({ person, onClose, ...deletion }: DeleteDialogProps) {
  const preview = useQuery(
    useTRPC().admin.people.deletionPreview.queryOptions({ userId: person.id }, { staleTime: 0, gcTime: 0 }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${personName(person)}`}
      confirmLabel="Delete person"
      tone="danger"
      size="md"
      typedName={person.email ?? person.id}
      disabledReason={preview.data === undefined ? 'First see what it will do' : undefined}
      {...deletion}
    >
      {preview.data !== undefined ? (
        <Consequences person={person} preview={preview.data} />
      ) : preview.error === null ? (
        <div aria-busy="true" className="flex flex-col gap-2">
          <Skeleton className="w-2/3" />
          <Skeleton className="h-24" />
        </div>
      ) : (
        <ErrorState
          {...failureOf(preview.error)}
          onRetry={() => void preview.refetch()}
          retrying={preview.isFetching}
        />
      )}
    </ConfirmDialog>
  );
}

function Consequences({ person, preview }: { person: Person; preview: Preview }) {
  const {
    instancesToDestroy,
    instancesToDestroyCount: instanceCount,
    closedInstances,
    overridesInForceSetByThemCount: lentCount,
    sessions,
  } = preview;
  return (
    <div className="flex flex-col gap-3">
      <p>There is no way back. This is what it does:</p>
      <ul aria-label="What the deletion does" className="flex list-disc flex-col gap-2 pl-5">
        {instanceCount === 0 ? (
          <li>No instance is destroyed: they have none.</li>
        ) : (
          <li>
            <Strong>
              {instanceCount === 1
                ? 'Their instance is destroyed, with its volume'
                : `Their ${formatCount(instanceCount)} instances are destroyed, with their volumes`}
            </Strong>{' '}
            and all data:
            <AwaitedInstances instances={instancesToDestroy} count={instanceCount} />
          </li>
        )}
        <li>
          <Strong>Name and addresses are taken away everywhere</Strong>
          {closedInstances === 0 ? '' : ', also from instances that were destroyed before'}. In the audit
          trail the id {person.id} stays.
        </li>
        <li>
          <Strong>Nobody signs in as them any more</Strong>
          {sessions === 0
            ? '.'
            : `, and what they have open (${formatCountOf(sessions, 'session')}) ends at once.`}
        </li>
        {lentCount === 0 ? null : (
          <li>
            <Strong>What they have lent to others stays in force</Strong> (
            {formatCountOf(lentCount, 'override')}), without their name and without their reasons.
          </li>
        )}
      </ul>
    </div>
  );
}

function Strong({ children }: { children: ReactNode }) {
  return <strong className="font-semibold">{children}</strong>;
}
