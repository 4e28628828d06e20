import { useMutation } from '@tanstack/react-query';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { OneTimeLink } from './one-time-link.tsx';
import type { Person } from './people-view.ts';
import { personName } from './person-words.ts';

interface ResetLinkDialogProps {
  person: Person;
  onClose: () => void;
}

/** A link to a new password, for who has lost theirs. */
export function ResetLinkDialog({ person, onClose }: ResetLinkDialogProps) {
  const reset = useMutation(useTRPC().admin.people.resetLink.mutationOptions());
  const made = reset.data;
  const ask = () => reset.mutate({ userId: person.id });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`New password link for ${personName(person)}`}
      busy={reset.isPending}
      failure={reset.isError ? failureOf(reset.error) : null}
      {...(made === undefined ? { onSubmit: ask } : {})}
      footer={
        made === undefined ? (
          <>
            <Button onClick={onClose} disabledReason={reset.isPending ? 'In progress' : undefined}>
              Cancel
            </Button>
            <Button type="submit" variant="primary" loading={reset.isPending}>
              Make the link
            </Button>
          </>
        ) : (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        )
      }
    >
      {made === undefined ? (
        <p className="text-sm">
          You get a one-time link with which they set a new password. Until it is used, the old password and
          their sessions go on; using it ends every session. A link that was made before stops working.
        </p>
      ) : (
        <OneTimeLink {...made} />
      )}
    </Dialog>
  );
}
