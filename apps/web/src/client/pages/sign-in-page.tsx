import { zodResolver } from '@hookform/resolvers/zod';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { ownPath } from '../../shared/next-path.ts';
import { BareShell } from '../components/bare-shell.tsx';
import { Page } from '../components/page.tsx';
import { failureOf } from '../lib/failure.ts';
import { paths } from '../lib/path-builder.ts';
import { parseSearch } from '../lib/search-params.ts';
import { ProviderButtons } from '../modules/session/provider-buttons.tsx';
import { providerSentence } from '../modules/session/provider-sentence.ts';
import { signIn } from '../modules/session/sign-in.ts';
import { useLanding } from '../modules/session/use-landing.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { FormError } from '../ui/form-error.tsx';
import { Input } from '../ui/input.tsx';

const CredentialsSchema = z.object({
  email: z.string().trim().pipe(z.email('Give an e-mail address such as alice@example.com.')),
  password: z.string().min(1, 'Give your password.'),
});

export function SignInPage() {
  const { searchStr } = useLocation();
  // As it was on arrival: the location changes before this page goes.
  const [search] = useState(() => parseSearch(searchStr));
  const returnTo = typeof search.returnTo === 'string' ? search.returnTo : undefined;
  const [refused, setRefused] = useState(providerSentence(search.error));
  const session = useLanding(returnTo);
  const goOn = async () => {
    const { error } = await session.refetch();
    if (error !== null) setRefused(failureOf(error).message);
  };
  return (
    <BareShell>
      <Page title="Sign in to KiloClaw">
        <PasswordForm refused={refused} onRefused={setRefused} onSignedIn={goOn} />
        <ProviderButtons
          methods={session.data?.signInMethods ?? []}
          oidcName={session.data?.oidcName ?? ''}
          next={ownPath(returnTo) ?? paths.customerInstances()}
          onRefused={setRefused}
        />
      </Page>
    </BareShell>
  );
}

interface PasswordFormProps {
  refused: string | null;
  onRefused: (sentence: string | null) => void;
  onSignedIn: () => Promise<void>;
}

function PasswordForm({ refused, onRefused, onSignedIn }: PasswordFormProps) {
  const form = useForm({
    resolver: zodResolver(CredentialsSchema),
    defaultValues: { email: '', password: '' },
  });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async (credentials) => {
    onRefused(null);
    const sentence = await signIn(credentials);
    if (sentence === null) await onSignedIn();
    else onRefused(sentence);
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <FormError failure={refused === null ? null : { message: refused }} />
      <Field label="Email" required error={errors.email?.message}>
        <Input type="email" autoComplete="username" {...form.register('email')} />
      </Field>
      <Field label="Password" required error={errors.password?.message}>
        <Input type="password" autoComplete="current-password" {...form.register('password')} />
      </Field>
      <Button type="submit" variant="primary" loading={isSubmitting}>
        Sign in
      </Button>
    </form>
  );
}
