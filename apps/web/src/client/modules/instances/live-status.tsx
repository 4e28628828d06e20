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
import { type PeopleNames, withNames } from './people.ts';
import { PROVIDER_NAMES, providerFacts } from './provider-words.ts';
import { StateBadge } from './state-badge.tsx';
import { TierBadge } from './tier-badge.tsx';
import { useLookNow } from './use-instance.ts';

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
        <Property label="Provider">{PROVIDER_NAMES[instance.provider]}</Property>
        <Property label="Provider ids">
          <ProviderIds instance={instance} />
        </Property>
        <Property label="Last observation">
          <Observation instance={instance} />
        </Property>
        <Property label="Drift">{driftText(instance)}</Property>
      </PropertyList>
      <PropertyList className="mt-4 border-border border-t pt-4">
        <Property label="Why this size">{withNames(instance.whyThisSize.sentence, names)}</Property>
      </PropertyList>
    </Section>
  );
}

function Since({ instance: { status, startedAt, stoppedAt } }: { instance: DebugView }) {
  if (status === 'running' && startedAt !== null)
    return <RelativeTime instant={startedAt} className="text-muted" />;
  if (status === 'stopped' && stoppedAt !== null)
    return <RelativeTime instant={stoppedAt} className="text-muted" />;
  return null;
}

function MachineSizes({ instance }: { instance: DebugView }) {
  const { status, applied, machineSize, effectiveSize } = instance;
  const runs = status === 'running';
  const now = runs ? (applied?.given ?? instance.lastObservation?.machineSize ?? null) : effectiveSize;
  return (
    <>
      <p>
        {formatMachineSize(now)}{' '}
        <span className="text-muted">{runs ? 'running on' : 'at the next start'}</span>
      </p>
      <p>
        {formatMachineSize(machineSize)} <span className="text-muted">billed</span>
      </p>
    </>
  );
}

function volumeText({ volumeSizeGb, capabilities }: DebugView): string {
  if (!capabilities.volumesAreSized) return 'The host’s disk, without a size';
  return volumeSizeGb === null ? 'Unknown' : formatGb(volumeSizeGb);
}

function ProviderIds({ instance }: { instance: DebugView }) {
  const facts = providerFacts(instance.providerState);
  if (facts.length === 0) return NONE;
  return (
    <ul>
      {facts.map(({ noun, value }) => (
        <li key={noun} className="flex min-w-0 items-center gap-2">
          <span className="shrink-0 text-muted text-xs">{noun}</span>
          <CopyableId id={value} noun={noun} className="mx-0" />
        </li>
      ))}
    </ul>
  );
}

function Observation({ instance: { lastObservation } }: { instance: DebugView }) {
  if (lastObservation === null) return 'Not looked at yet';
  const { at, machineState, machineSize, volumeSizeGb } = lastObservation;
  return (
    <>
      <p>
        {humanise(machineState)} <RelativeTime instant={at} className="text-muted" />
      </p>
      <p className="text-muted">
        {formatMachineSize(machineSize)}
        {volumeSizeGb === null ? '' : ` · ${formatGb(volumeSizeGb)} disk`}
      </p>
    </>
  );
}

function driftText({ drift }: DebugView): string {
  return drift.length === 0 ? 'None' : drift.map((finding) => explainFinding(finding).title).join(', ');
}
