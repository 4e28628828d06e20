import type { DebugView } from '@kiloclaw/platform-contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.tsx';
import { TextLink } from '../../components/text-link.tsx';
import type { Failure } from '../../lib/failure.ts';
import { paths } from '../../lib/path-builder.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import { ActionBar } from './action-bar.tsx';
import { DriftList } from './drift-list.tsx';
import { type Holder, holdsOverride } from './instance-actions.ts';
import { instanceName } from './instance-name.ts';
import { InstanceNotices } from './instance-notices.tsx';
import { InstanceTabs } from './instance-tabs.tsx';
import { LiveStatus } from './live-status.tsx';
import { OperationPanel } from './operation-panel.tsx';
import { OverrideAlert } from './override-alert.tsx';
import { OverrideBadge } from './override-badge.tsx';
import { type PeopleNames, personText } from './people.ts';
import { StateBadge } from './state-badge.tsx';
import { TierBadge } from './tier-badge.tsx';
import { useInstanceActions } from './use-instance-actions.tsx';
import { useOperationWatch } from './use-operation-watch.ts';

interface InstanceDetailProps {
  instance: DebugView;
  names: PeopleNames;
  /** The registry's row, which may be behind; null where there is none yet. */
  row: Holder | null;
  ownerEmail: string | null;
  /** Why it could not be read anew, where it could not: what is shown is then of a while ago. */
  failure: Failure | null;
  /** When it was read, in ms since the epoch. */
  readAtMs: number;
}

/** An instance with all that an admin can see of it and do to it. */
export function InstanceDetail({ instance, names, row, ownerEmail, failure, readAtMs }: InstanceDetailProps) {
  const name = instanceName(instance);
  const { current, isUnderWay, follow } = useOperationWatch(instance, instance.operation?.id ?? null, name);
  const person = personText(instance.userId, names);
  const { actions, dialog } = useInstanceActions(instance, {
    ownerName: ownerEmail === null || ownerEmail === person ? person : `${person} (${ownerEmail})`,
    holdsOverride: holdsOverride(instance, row),
    onAccepted: follow,
  });
  const tierOffered = useIsOffered(instance.instanceType);
  return (
    <Page
      title={name}
      breadcrumbs={[{ label: 'Instances', href: paths.adminInstances() }]}
      badges={<HeaderBadges instance={instance} names={names} tierOffered={tierOffered} />}
      subtitle={<Subtitle instance={instance} ownerName={person} />}
    >
      <ActionBar actions={actions} />
      <InstanceNotices instance={instance} failure={failure} readAtMs={readAtMs} />
      <OverrideAlert instance={instance} names={names} />
      {isUnderWay ? <OperationPanel instance={instance} current={current} onRetried={follow} /> : null}
      <LiveStatus instance={instance} names={names} tierOffered={tierOffered} />
      <DriftList instance={instance} onAccepted={follow} />
      <InstanceTabs instance={instance} current={current} />
      {dialog}
    </Page>
  );
}

function HeaderBadges({
  instance,
  names,
  tierOffered,
}: {
  instance: DebugView;
  names: PeopleNames;
  tierOffered: boolean;
}): ReactNode {
  const { status, instanceType, sizeOverride, drift } = instance;
  return (
    <>
      <StateBadge status={status} />
      <fieldset aria-label="Instance tier" className="min-w-0">
        <TierBadge instanceType={instanceType} offered={tierOffered} />
      </fieldset>
      <OverrideBadge
        override={sizeOverride}
        actorName={sizeOverride === null ? null : personText(sizeOverride.actorId, names)}
        unreadable={drift.some(({ kind }) => kind === 'override_unreadable')}
      />
    </>
  );
}

function Subtitle({
  instance: { instanceId, userId },
  ownerName,
}: {
  instance: DebugView;
  ownerName: string;
}) {
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <span className="inline-flex items-center gap-1.5">
        Owner <TextLink href={paths.person(userId)}>{ownerName}</TextLink>
      </span>
      <CopyableId id={instanceId} noun="instance id" />
    </span>
  );
}

/** A legacy tier labels instances and is offered to none; while the catalog is not there, a tier counts as offered. */
function useIsOffered(instanceType: DebugView['instanceType']): boolean {
  const tiers = useQuery(
    useTRPC().admin.tiers.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  );
  return tiers.data?.tiers.find(({ key }) => key === instanceType)?.offered ?? true;
}
