import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { startProviderSignIn } from './sign-in.ts';

interface ProviderButtonsProps {
  methods: readonly string[];
  oidcName: string;
  /** Where to go once signed in. */
  next: string;
  onRefused: (sentence: string) => void;
}

/** A button for each way to sign in that is not the password. */
export function ProviderButtons({ methods, oidcName, next, onRefused }: ProviderButtonsProps) {
  const [leaving, setLeaving] = useState<string | null>(null);
  const names = { google: 'Google', oidc: oidcName };
  const offered = (['google', 'oidc'] as const).filter((id) => methods.includes(id));
  if (offered.length === 0) return null;
  const leave = async (provider: string) => {
    setLeaving(provider);
    const started = await startProviderSignIn(provider, next);
    if ('url' in started) return window.location.assign(started.url);
    setLeaving(null);
    onRefused(started.refused);
  };
  return (
    <div className="flex flex-col gap-2 border-border border-t pt-4">
      {offered.map((id) => (
        <Button key={id} loading={leaving === id} onClick={() => void leave(id)}>
          {`Sign in with ${names[id]}`}
        </Button>
      ))}
    </div>
  );
}
