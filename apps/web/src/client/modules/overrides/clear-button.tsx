/** Takes a lent size back, from its row: the dialog is about the instance's own word, which is asked for first. */
import type { DebugView } from '@kiloclaw/platform-contract';
import { useQueryClient } from '@tanstack/react-query';
import { type ComponentType, useState } from 'react';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC, useTRPCClient } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { notify } from '../../ui/toast.tsx';
import type { InstanceDialogProps } from '../instances/dialogs/dialog-props.ts';
import type { LentOverride } from './use-overrides.ts';

interface Opened {
  readonly instance: DebugView;
  readonly Dialog: ComponentType<InstanceDialogProps>;
}

/** The dialog opens when all of it is there: one that took another's place would lose the focus between them. */
export function ClearButton({ instance: { userId, instanceId, name } }: { instance: LentOverride }) {
  const { admin } = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const called = name ?? instanceId;
  const open = async () => {
    setBusy(true);
    try {
      const [{ view }, { ClearSizeOverrideDialog }] = await Promise.all([
        client.admin.instances.get.query({ userId, instanceId }),
        import('../instances/dialogs/clear-size-override-dialog.tsx'),
      ]);
      setOpened({ instance: view, Dialog: ClearSizeOverrideDialog });
    } catch (error) {
      notify.failure(`${called} could not be asked`, failureOf(error).message);
    }
    setBusy(false);
  };
  return (
    <>
      <Button
        size="sm"
        aria-label={`Clear size override of ${called}`}
        loading={busy}
        onClick={() => void open()}
      >
        Clear
      </Button>
      {opened === null ? null : (
        <opened.Dialog
          instance={opened.instance}
          open
          onOpenChange={() => setOpened(null)}
          onAccepted={() => {
            notify.success(`Clearing the size override of ${called}`);
            void queryClient.invalidateQueries(admin.overrides.pathFilter());
          }}
        />
      )}
    </>
  );
}
