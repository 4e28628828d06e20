import type { DebugView } from '@kiloclaw/platform-contract';
import { NONE } from '../../lib/format.ts';
import { Section } from '../../ui/card.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { Property, PropertyList } from '../../ui/property-list.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { capabilitySentences } from './provider-words.ts';

/** What the record holds besides: nothing of it is a secret, those never leave the control plane. */
export function Configuration({ instance }: { instance: DebugView }) {
  const { registry, providerState, provider, capabilities } = instance;
  return (
    <div className="flex flex-col gap-4">
      <Section title="Record">
        <PropertyList columns={3}>
          <Property label="Image">
            {registry.trackedImageTag === null ? (
              NONE
            ) : (
              <CopyableId id={registry.trackedImageTag} noun="image" />
            )}
          </Property>
          <Property label="Sandbox id">
            <CopyableId id={instance.sandboxId} noun="sandbox id" />
          </Property>
          <Property label="Endpoint">
            {instance.endpoint === null ? NONE : <CopyableId id={instance.endpoint} noun="endpoint" />}
          </Property>
          <Property label="Created">
            <RelativeTime instant={instance.createdAt} />
          </Property>
          <Property label="Changed">
            <RelativeTime instant={registry.updatedAt} />
          </Property>
          <Property label="Next alarm">
            <RelativeTime instant={instance.nextAlarmAt} />
          </Property>
          <Property label="Generation">{instance.generation}</Property>
          <Property label="Registry version">
            {registry.syncedVersion} of {registry.version} in the registry
          </Property>
          <Property label="Audit rows on their way">{registry.auditRowsWaiting}</Property>
        </PropertyList>
      </Section>
      <Section title="Provider" description={provider}>
        <PropertyList columns={3}>
          {Object.entries(providerState).map(([key, value]) => (
            <Property key={key} label={key}>
              <span className="font-mono text-xs">{value === null ? NONE : String(value)}</span>
            </Property>
          ))}
        </PropertyList>
        <ul className="mt-4 list-disc space-y-1 border-border border-t pt-4 pl-5 text-sm">
          {capabilitySentences(capabilities).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
