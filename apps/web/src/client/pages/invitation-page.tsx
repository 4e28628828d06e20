import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { AppLink } from '../components/app-link.tsx';
import { BareShell } from '../components/bare-shell.tsx';
import { Page } from '../components/page.tsx';
import { failureOf } from '../lib/failure.ts';
import { paths } from '../lib/path-builder.ts';
import { useTRPC, useTRPCClient } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { buttonStyle } from '../ui/button-style.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Field } from '../ui/field.tsx';
import { FormError } from '../ui/form-error.tsx';
import { Input } from '../ui/input.tsx';
import { Skeleton } from '../ui/skeleton.tsx';

const PASSWORD_MIN_LENGTH = 12;
const PASSWORD_MAX_LENGTH = 128;
const NAME_MAX_LENGTH = 100;

interface Invited {
  readonly email: string;
  readonly name: string;
  /** They can sign in already. */
  readonly isReset: boolean;
}

const NameSchema = z
  .string()
  .trim()
  .min(1, 'Give your name.')
  .max(NAME_MAX_LENGTH, `Give at most ${NAME_MAX_LENGTH} characters.`);

/** Who is here already is not asked, and not refused for a name that they never gave. */
const formSchema = ({ isReset }: Invited) =>
  z
    .object({
      name: isReset ? z.string() : NameSchema,
      password: z
        .string()
        .min(PASSWORD_MIN_LENGTH, `Give at least ${PASSWORD_MIN_LENGTH} characters.`)
        .max(PASSWORD_MAX_LENGTH, `Give at most ${PASSWORD_MAX_LENGTH} characters.`),
      repeated: z.string(),
    })
    .refine(({ password, repeated }) => password === repeated, {
      path: ['repeated'],
      message: 'This is not the same password.',
    });

/** Where the link of an invitation, or of a new password, leads. */
export function InvitationPage() {
  const token = useLocation({ select: ({ hash }) => hash });
  return (
    <BareShell>
      <Page title="Choose your password">
        <InvitationContent token={token} />
      </Page>
    </BareShell>
  );
}

function InvitationContent({ token }: { token: string }) {
  const procedure = useTRPC().public.invitation;
  const client = useTRPCClient();
  // Asked as a mutation, so that the token is in no address; shown as what it is, something to read.
  const invitation = useQuery({
    queryKey: [...procedure.mutationKey(), token],
    queryFn: () => client.public.invitation.mutate({ token }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (invitation.isPending)
    return (
      <div aria-busy="true" className="flex flex-col gap-4">
        <Skeleton className="h-9" />
        <Skeleton className="h-9" />
      </div>
    );
  if (invitation.isError) {
    const { code, message, requestId } = failureOf(invitation.error);
    if (code !== 'invitation_unusable' && code !== 'invalid_request')
      return (
        <ErrorState
          message={message}
          requestId={requestId}
          onRetry={() => void invitation.refetch()}
          retrying={invitation.isFetching}
        />
      );
    return (
      <ErrorState
        message={message}
        hint={
          <AppLink href={paths.signIn()} className={buttonStyle()}>
            Go to the sign-in
          </AppLink>
        }
      />
    );
  }
  return <PasswordForm token={token} invited={invitation.data} />;
}

function PasswordForm({ token, invited }: { token: string; invited: Invited }) {
  const form = useForm({
    resolver: zodResolver(formSchema(invited)),
    defaultValues: { name: invited.name, password: '', repeated: '' },
  });
  const accept = useMutation(useTRPC().public.acceptInvitation.mutationOptions());
  const { errors } = form.formState;
  const submit = form.handleSubmit(({ name, password }) =>
    accept.mutate(
      { token, password, ...(invited.isReset ? {} : { name }) },
      // By loading anew: nothing of who was signed in here before stays in the browser's memory.
      { onSuccess: () => window.location.replace(paths.signIn()) },
    ),
  );
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <FormError failure={accept.isError ? failureOf(accept.error) : null} />
      <Field label="Email" required hint="You sign in with it.">
        <Input type="email" value={invited.email} readOnly autoComplete="username" />
      </Field>
      {invited.isReset ? null : (
        <Field label="Name" required error={errors.name?.message}>
          <Input autoComplete="name" {...form.register('name')} />
        </Field>
      )}
      <Field
        label="Password"
        required
        hint={`At least ${PASSWORD_MIN_LENGTH} characters.`}
        error={errors.password?.message}
      >
        <Input type="password" autoComplete="new-password" {...form.register('password')} />
      </Field>
      <Field label="Repeat password" required error={errors.repeated?.message}>
        <Input type="password" autoComplete="new-password" {...form.register('repeated')} />
      </Field>
      <Button type="submit" variant="primary" loading={accept.isPending}>
        Set password
      </Button>
    </form>
  );
}
