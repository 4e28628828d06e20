import type { CustomerInstance } from '../../../server/views/customer-view.ts';
import { Page } from '../../components/page.tsx';
import { failureOf } from '../../lib/failure.ts';
import { Alert } from '../../ui/alert.tsx';
import { Section } from '../../ui/card.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { instanceName } from '../instances/instance-name.ts';
import { StateBadge } from '../instances/state-badge.tsx';
import { OwnFacts } from './own-facts.tsx';
import { OwnPowerActions, useOwnPower } from './own-power-actions.tsx';
import { OwnProgress } from './own-progress.tsx';
import { OwnTimeline } from './own-timeline.tsx';
import { useOwnTimeline } from './use-own-instance.ts';
import { useOwnOutcomes } from './use-own-outcomes.ts';

interface OwnInstanceDetailProps {
  instance: CustomerInstance;
  /** Of the last look, where it failed: what is shown may be old. */
  error: unknown;
  breadcrumbs: { label: string; href: string }[];
}

/** Everything that a customer sees of one instance. */
export function OwnInstanceDetail({ instance, error, breadcrumbs }: OwnInstanceDetailProps) {
  const { instanceId, operation, status } = instance;
  const power = useOwnPower(instanceId);
  const timeline = useOwnTimeline(instance);
  const operations = timeline.data?.pages.flatMap(({ items }) => items) ?? [];
  const stale = error === null ? null : failureOf(error).message;
  useOwnOutcomes(operation?.id ?? null, operations);
  return (
    <Page
      title={instanceName(instance)}
      breadcrumbs={breadcrumbs}
      badges={<StateBadge status={status} />}
      subtitle={<CopyableId id={instanceId} noun="instance id" />}
      actions={<OwnPowerActions instance={instance} power={power} />}
    >
      <FormError failure={power.failure} />
      {stale === null || stale === power.failure?.message ? null : (
        <Alert tone="warning" title="What you see may be out of date">
          {stale}
        </Alert>
      )}
      {operation === null ? null : (
        <OwnProgress current={operation} operation={operations.find(({ id }) => id === operation.id)} />
      )}
      <Section title="Your instance">
        <OwnFacts instance={instance} />
      </Section>
      <OwnTimeline timeline={timeline} />
    </Page>
  );
}
