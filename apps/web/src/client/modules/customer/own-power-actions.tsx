import { Play, RotateCw, Square } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { PowerAction } from '../../../server/views/customer-power.ts';
import type { CustomerInstance } from '../../../server/views/customer-view.ts';
import type { Failure } from '../../lib/failure.ts';
import { useTRPCClient } from '../../lib/trpc.ts';
import { useSubmission } from '../../lib/use-submission.ts';
import { Button } from '../../ui/button.tsx';
import { useRefreshOwn } from './use-own-instance.ts';

const BUTTONS: readonly { action: PowerAction; label: string; icon: ReactNode }[] = [
  { action: 'start', label: 'Start', icon: <Play aria-hidden="true" /> },
  { action: 'stop', label: 'Stop', icon: <Square aria-hidden="true" /> },
  { action: 'restart', label: 'Restart', icon: <RotateCw aria-hidden="true" /> },
];

interface OwnPower {
  readonly ask: (action: PowerAction) => void;
  readonly asking: PowerAction | null;
  readonly failure: Failure | null;
}

/** Starts, stops and restarts; asked again after a lost answer, it is done once. */
export function useOwnPower(instanceId: string): OwnPower {
  const client = useTRPCClient();
  const refresh = useRefreshOwn();
  const [asked, setAsked] = useState<PowerAction | null>(null);
  const { submit, busy, failure } = useSubmission({
    send: (request: { action: PowerAction; idempotencyKey: string }) =>
      client.customer.instances.act.mutate({ instanceId, ...request }),
    onAnswer: refresh,
    onRefused: refresh,
  });
  const ask = (action: PowerAction) => {
    setAsked(action);
    void submit(action, (idempotencyKey) => ({ action, idempotencyKey }));
  };
  return { ask, asking: busy ? asked : null, failure };
}

/** Always all three: what may not be asked for now says why. */
export function OwnPowerActions({ instance, power }: { instance: CustomerInstance; power: OwnPower }) {
  return BUTTONS.map(({ action, label, icon }) => (
    <Button
      key={action}
      icon={icon}
      variant={action === 'start' && instance.power.start === null ? 'primary' : 'secondary'}
      loading={power.asking === action}
      disabledReason={instance.power[action] ?? undefined}
      onClick={() => {
        if (power.asking === null) power.ask(action);
      }}
    >
      {label}
    </Button>
  ));
}
