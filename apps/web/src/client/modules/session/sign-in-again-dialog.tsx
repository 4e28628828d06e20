/** Over whatever page is open when a session ends: signing in again goes on exactly there. */
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { signIn } from './sign-in.ts';

interface SignInAgainDialogProps {
  open: boolean;
  /** Of who was signed in: somebody else would find another's page, and what was typed there. */
  email: string;
  onSignedIn: () => void;
}

export function SignInAgainDialog({ open, email, onSignedIn }: SignInAgainDialogProps) {
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    const refused = await signIn({ email, password });
    setBusy(false);
    setFailure(refused);
    if (refused !== null) return;
    setPassword('');
    onSignedIn();
  };
  return (
    <Dialog
      open={open}
      // It goes away by signing in alone: behind it nothing can be asked or changed.
      onOpenChange={() => undefined}
      title="Your session has ended"
      description="Sign in again to go on. The page stays as it is, with everything that you typed."
      size="sm"
      busy={busy}
      failure={failure === null ? null : { message: failure }}
      onSubmit={() => void submit()}
      footer={
        <Button type="submit" variant="primary" loading={busy}>
          Sign in
        </Button>
      }
    >
      <Field label="Email" required>
        <Input type="email" value={email} readOnly autoComplete="username" />
      </Field>
      <Field label="Password" required>
        <Input
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
        />
      </Field>
    </Dialog>
  );
}
