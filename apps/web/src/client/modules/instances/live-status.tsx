import type { DebugView } from '@kiloclaw/platform-contract';
import { Eye } from 'lucide-react';
import { formatGb, formatMachineSize, NONE } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/card.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { Property, PropertyList } from '../../ui/property-list.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { explainFinding } from './drift-explanations.ts';
import { humanise } from './operation-labels.ts';
import type { PeopleNames } from './people.ts';
import { forPeople } from './plain-sentence.ts';
import { providerIds } from './provider-words.ts';
import { isBeforeLastChange, runningSize } from './running-size.ts';
import { SandboxBadge } from './sandbox-badge.tsx';
import { StateBadge } from './state-badge.tsx';
import { TierBadge } from './tier-badge.tsx';
import { useLookNow } from './use-instance.ts';

/** It has no next start, and so no size that would count from then on. */
const GONE: readonly DebugView['status'][] = ['destroying', 'destroyed'];

interface LiveStatusProps {
  instance: DebugView;
  names: PeopleNames;
  /** Whether its tier can be chosen today. */
  tierOffered: boolean;
}

export function LiveStatus({ instance, names, tierOffered }: LiveStatusProps) {
  const look = useLookNow(instance);
  return (
    <Section
      title="Live status"
      actions={
        <Button
          size="sm"
          icon={<Eye aria-hidden="true" />}
          loading={look.isPending}
          onClick={() => look.mutate()}
        >
          Look now
        </Button>
      }
    >
      <PropertyList columns={3}>
        <Property label="Status">
          <StateBadge status={instance.status} /> <Since instance={instance} />
        </Property>
        <Property label="Instance tier">
          <TierBadge instanceType={instance.instanceType} offered={tierOffered} />
        </Property>
        <Property label="Machine size">
          <MachineSizes instance={instance} />
        </Property>
        <Property label="Volume size">{volumeText(instance)}</Property>
        <Property label="Region">{instance.region ?? NONE}</Property>
        <Property label="Provider">
          {instance.provider} <SandboxBadge provider={instance.provider} />
        </Property>
        <Property label="Provider ids">
          <ProviderIds instance={instance} />
        </Property>
        <Property label="Last observation">
          <Observation instance={instance} />
        </Property>
        <Property label="Drift">{driftText(instance)}</Property>
      </PropertyList>
      {GONE.includes(instance.status) ? null : (
        <PropertyList className="mt-4 border-border border-t pt-4">
          <Property label="Why this size">{forPeople(instance.whyThisSize.sentence, names)}</Property>
        </PropertyList>
      )}
    </Section>
  );
}

function Since({ instance: { status, startedAt, stoppedAt } }: { instance: DebugView }) {
  if (status === 'running' && startedAt !== null)
    return (
      <span className="text-muted">
        started <RelativeTime instant={startedAt} />
      </span>
    );
  if (status === 'stopped' && stoppedAt !== null)
    return <RelativeTime instant={stoppedAt} className="text-muted" />;
  return null;
}

/** What runs and what is billed, beside each other: a lent size is the difference. And whether it was too little. */
function MachineSizes({ instance }: { instance: DebugView }) {
  const { status, machineSize, effectiveSize, lastOutOfMemoryAt } = instance;
  return (
    <>
      {status === 'running' ? <NamedSize name="Running on" size={runningSize(instance)} /> : null}
      {status === 'stopped' || status === 'provisioned' ? (
        <NamedSize name="Next start on" size={effectiveSize} />
      ) : null}
      <NamedSize name="Billed" size={machineSize} />
      {lastOutOfMemoryAt === null ? null : (
        <p className="text-warning-text">
          Ran out of memory <RelativeTime instant={lastOutOfMemoryAt} />
        </p>
      )}
    </>
  );
}

function NamedSize({ name, size }: { name: string; size: DebugView['machineSize'] }) {
  return (
    <p>
      <span className="text-muted">{name}</span> {size === null ? 'unknown' : formatMachineSize(size)}
    </p>
  );
}

function volumeText({ volumeSizeGb, capabilities }: DebugView): string {
  if (!capabilities.volumesAreSized) return 'The host’s disk, without a size';
  return volumeSizeGb === null ? 'Unknown' : formatGb(volumeSizeGb);
}

function ProviderIds({ instance }: { instance: DebugView }) {
  const facts = providerIds(instance.providerState);
  if (facts.length === 0) return NONE;
  return (
    <ul className="flex flex-col">
      {facts.map(({ noun, value }) => (
        <li key={noun} className="flex min-w-0 items-center gap-2">
          <span className="w-20 shrink-0 text-muted text-xs">{noun}</span>
          <CopyableId id={value} noun={noun} />
        </li>
      ))}
    </ul>
  );
}

function Observation({ instance }: { instance: DebugView }) {
  const { lastObservation } = instance;
  if (lastObservation === null) return 'Not looked at yet';
  const { at, machineState, machineSize, volumeSizeGb } = lastObservation;
  const seen = [
    ...(machineSize === null ? [] : [formatMachineSize(machineSize)]),
    ...(volumeSizeGb === null ? [] : [`${formatGb(volumeSizeGb)} disk`]),
  ];
  return (
    <>
      <p>
        {humanise(machineState)} <RelativeTime instant={at} className="text-muted" />
      </p>
      <p className="text-muted">{seen.join(' · ')}</p>
      {isBeforeLastChange(instance) ? <p className="text-muted">From before the last change</p> : null}
    </>
  );
}

function driftText({ drift }: DebugView): string {
  return drift.length === 0 ? 'None' : drift.map((finding) => explainFinding(finding).title).join(', ');
}
