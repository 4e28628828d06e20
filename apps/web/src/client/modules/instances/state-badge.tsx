import type { InstanceStatus } from '@kiloclaw/platform-contract';
import { Badge } from '../../ui/badge.tsx';
import type { Tone } from '../../ui/tone.ts';
import { humanise } from './operation-labels.ts';

interface StatusSign {
  readonly label: string;
  readonly tone: Tone;
  /** On its way to another status by itself. */
  readonly inTransition: boolean;
}

const SIGNS: Record<InstanceStatus, StatusSign> = {
  provisioning: { label: 'Provisioning', tone: 'accent', inTransition: true },
  provisioned: { label: 'Provisioned', tone: 'neutral', inTransition: false },
  running: { label: 'Running', tone: 'positive', inTransition: false },
  stopped: { label: 'Stopped', tone: 'neutral', inTransition: false },
  destroying: { label: 'Destroying', tone: 'danger', inTransition: true },
  destroyed: { label: 'Destroyed', tone: 'danger', inTransition: false },
};

const isKnown = (status: string): status is InstanceStatus => Object.hasOwn(SIGNS, status);

/** `status` is text: a row of the registry may hold one that this release doesn't know, and is shown as it is. */
export function StateBadge({ status }: { status: string }) {
  if (!isKnown(status)) return <Badge>{humanise(status)}</Badge>;
  const { label, tone, inTransition } = SIGNS[status];
  return (
    <Badge tone={tone} busy={inTransition}>
      {label}
    </Badge>
  );
}
