import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type UseFormReturn, useForm } from 'react-hook-form';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { askedFor, emailProblem, type InviteForm } from './invite-form.ts';
import { OneTimeLink } from './one-time-link.tsx';
import type { Person } from './people-view.ts';
import { personName } from './person-words.ts';

interface InviteDialogProps {
  /** Somebody who is there already, and has had no way to sign in. */
  person?: Person;
  onClose: () => void;
}

const ROLES = [
  { value: 'customer', label: 'Customer: their own instances' },
  { value: 'admin', label: 'Admin: everything' },
];

export function InviteDialog({ person, onClose }: InviteDialogProps) {
  const { people } = useTRPC().admin;
  const queryClient = useQueryClient();
  const form = useForm<InviteForm>({
    defaultValues: { email: person?.email ?? '', name: person?.name ?? '', role: 'customer' },
    mode: 'onTouched',
  });
  const invite = useMutation(
    people.invite.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries(people.pathFilter()),
    }),
  );
  const failure = invite.isError ? failureOf(invite.error) : null;
  const made = invite.data;
  const submit = form.handleSubmit((written) => invite.mutate(askedFor(written, person?.id)));
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={person === undefined ? 'Invite a person' : `Let ${personName(person)} sign in`}
      description={made === undefined ? 'You get a one-time link with which they set a password.' : undefined}
      busy={invite.isPending}
      failure={failure}
      {...(made === undefined ? { onSubmit: () => void submit() } : {})}
      footer={
        made === undefined ? (
          <>
            <Button onClick={onClose} disabledReason={invite.isPending ? 'In progress' : undefined}>
              Cancel
            </Button>
            <Button
              type="submit"
              variant="primary"
              loading={invite.isPending}
              disabledReason={emailProblem(form.watch('email'))}
            >
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
        <InviteFields form={form} refused={failure?.fields ?? {}} withRole={person === undefined} />
      ) : (
        <OneTimeLink {...made} />
      )}
    </Dialog>
  );
}

interface FieldsProps {
  form: UseFormReturn<InviteForm>;
  /** What the server refused, by field. */
  refused: Readonly<Record<string, string>>;
  withRole: boolean;
}

function InviteFields({ form: { register, formState }, refused, withRole }: FieldsProps) {
  const { errors } = formState;
  return (
    <>
      <Field
        label="Email"
        required
        hint="They sign in with it."
        error={errors.email?.message ?? refused.email}
      >
        <Input
          {...register('email', { validate: (email) => emailProblem(email) ?? true })}
          type="email"
          autoComplete="off"
        />
      </Field>
      <Field label="Name" hint="They can change it when they set their password." error={refused.name}>
        <Input {...register('name')} autoComplete="off" maxLength={100} />
      </Field>
      {withRole ? (
        <Field label="Role" required error={refused.role}>
          <Select {...register('role')} options={ROLES} />
        </Field>
      ) : null}
    </>
  );
}
