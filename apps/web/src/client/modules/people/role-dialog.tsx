import { useMutation, useQueryClient } from '@tanstack/react-query';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { notify } from '../../ui/toast.tsx';
import type { Person, Role } from './people-view.ts';
import { personName } from './person-words.ts';

interface RoleDialogProps {
  person: Person;
  isSelf: boolean;
  to: Role;
  /** As on the button that opened it. */
  label: string;
  onClose: () => void;
}

const CONSEQUENCES: Record<Role, string> = {
  admin:
    'They see every instance and every person, change hardware and what customers pay, and delete people. It holds from their next request on.',
  customer:
    'They see their own instances alone. It holds from their next request on; what they have lent stays in force.',
};

export function RoleDialog({ person, isSelf, to, label, onClose }: RoleDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const name = personName(person);
  const setRole = useMutation(
    trpc.admin.people.setRole.mutationOptions({
      onSuccess: () => {
        onClose();
        notify.success(`${name} is ${to === 'admin' ? 'an admin' : 'a customer'} now`);
        void queryClient.invalidateQueries(trpc.admin.people.pathFilter());
        if (isSelf) void queryClient.invalidateQueries(trpc.public.session.pathFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Make ${name} ${to === 'admin' ? 'an admin' : 'a customer'}`}
      confirmLabel={label}
      busy={setRole.isPending}
      failure={setRole.isError ? failureOf(setRole.error) : null}
      onConfirm={() => setRole.mutate({ userId: person.id, role: to })}
    >
      <p>{CONSEQUENCES[to]}</p>
      {isSelf ? <p className="mt-2 font-medium">This is you: you leave the admin console by it.</p> : null}
      {to === 'admin' && !person.canSignIn ? (
        <p className="mt-2">They can’t sign in yet. Let them sign in afterwards, or before.</p>
      ) : null}
    </ConfirmDialog>
  );
}
