/** Takes a lent size back, from its row: the dialog is about the instance's own word, which is asked for first. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { notify } from '../../ui/toast.tsx';
import type { LentOverride } from './use-overrides.ts';

const ClearSizeOverrideDialog = lazy(async () => ({
  default: (await import('../instances/dialogs/clear-size-override-dialog.tsx')).ClearSizeOverrideDialog,
}));

export function ClearButton({ instance }: { instance: LentOverride }) {
  const [open, setOpen] = useState(false);
  const called = instance.name ?? instance.instanceId;
  return (
    <>
      <Button size="sm" aria-label={`Clear size override of ${called}`} onClick={() => setOpen(true)}>
        Clear
      </Button>
      {open ? <ClearDialog instance={instance} onOpenChange={setOpen} /> : null}
    </>
  );
}

interface ClearDialogProps {
  instance: LentOverride;
  onOpenChange: (open: boolean) => void;
}

function ClearDialog({ instance: { userId, instanceId, name }, onOpenChange }: ClearDialogProps) {
  const { admin } = useTRPC();
  const queryClient = useQueryClient();
  const instance = useQuery(admin.instances.get.queryOptions({ userId, instanceId }));
  const waiting = (
    <WaitingDialog onOpenChange={onOpenChange} failure={instance.error} retry={instance.refetch} />
  );
  if (instance.data === undefined) return waiting;
  return (
    <Suspense fallback={waiting}>
      <ClearSizeOverrideDialog
        instance={instance.data.view}
        open
        onOpenChange={onOpenChange}
        onAccepted={() => {
          notify.success(`Clearing the size override of ${name ?? instanceId}`);
          void queryClient.invalidateQueries(admin.overrides.pathFilter());
        }}
      />
    </Suspense>
  );
}

interface WaitingDialogProps {
  onOpenChange: (open: boolean) => void;
  failure: unknown;
  retry: () => void;
}

function WaitingDialog({ onOpenChange, failure, retry }: WaitingDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onOpenChange}
      title="Clear size override"
      tone="lent"
      footer={<Button onClick={() => onOpenChange(false)}>Cancel</Button>}
    >
      {failure === null ? (
        <div aria-busy="true" className="flex flex-col gap-3">
          <Skeleton className="w-2/3" />
          <Skeleton className="h-20" />
        </div>
      ) : (
        <ErrorState {...failureOf(failure)} onRetry={() => void retry()} />
      )}
    </Dialog>
  );
}
