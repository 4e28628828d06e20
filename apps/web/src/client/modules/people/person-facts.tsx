import { ShieldCheck } from 'lucide-react';
import { TextLink } from '../../components/text-link.tsx';
import { formatCount, formatMachineSize, NONE } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import { Section } from '../../ui/card.tsx';
import { Property, PropertyList } from '../../ui/property-list.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { searchOfFilter } from '../audit/audit-view.ts';
import { instancesHref } from '../fleet/fleet-figures.ts';
import { AwaitedInstances } from './awaited-instances.tsx';
import { RoleBadge, SignInBadge } from './people-columns.tsx';
import type { Person, PersonAnswer } from './people-view.ts';

export function PersonFacts({ person }: { person: Person }) {
  const { id, name, email, emailKind, role, createdAt, deletedAt, lastSessionAt } = person;
  return (
    <Section
      title="Person"
      actions={
        <span className="flex flex-wrap gap-x-4 text-sm">
          <TextLink href={paths.audit(searchOfFilter({ actorId: id }))}>What they did</TextLink>
          <TextLink href={paths.audit(searchOfFilter({ targetUserId: id }))}>What was done to them</TextLink>
        </span>
      }
    >
      <PropertyList columns={3}>
        <Property label="Name">{name ?? NONE}</Property>
        <Property label={emailKind === 'contact' ? 'Contact address' : 'Email'}>{email ?? NONE}</Property>
        <Property label="Role">
          <RoleBadge role={role} />
        </Property>
        <Property label="Sign-in">
          <SignInBadge person={person} />
        </Property>
        <Property label="Last session">
          <RelativeTime instant={lastSessionAt} />
        </Property>
        <Property label={deletedAt === null ? 'Created' : 'Deleted'}>
          <RelativeTime instant={deletedAt ?? createdAt} />
        </Property>
      </PropertyList>
    </Section>
  );
}

export function PersonInstances({ person, instances }: Pick<PersonAnswer, 'person' | 'instances'>) {
  return (
    <Section
      title="Instances"
      actions={<TextLink href={instancesHref({ userId: person.id })}>All in the list</TextLink>}
    >
      {instances.length === 0 ? (
        <p className="text-muted text-sm">They have no instance.</p>
      ) : (
        <div className="-mt-1.5 text-sm">
          <AwaitedInstances instances={instances} count={person.instances} />
        </div>
      )}
    </Section>
  );
}

type LentOverridesProps = Pick<PersonAnswer, 'person' | 'lentOverrides'>;

/** Sizes that they have lent, to whomever, and that are still on an instance. */
export function LentOverrides({ person, lentOverrides }: LentOverridesProps) {
  const more = person.lentOverrides - lentOverrides.length;
  return (
    <Section title="Overrides lent" actions={<TextLink href={paths.overrides()}>All overrides</TextLink>}>
      {lentOverrides.length === 0 ? (
        <p className="text-muted text-sm">They have lent nothing that is still in force.</p>
      ) : (
        <ul
          aria-label="Overrides lent"
          className="divide-y divide-border rounded-md border border-border text-sm"
        >
          {lentOverrides.map((instance) => (
            <LentOverride key={instance.instanceId} instance={instance} />
          ))}
          {more > 0 ? <li className="px-3 py-1.5 text-muted">and {formatCount(more)} more</li> : null}
        </ul>
      )}
    </Section>
  );
}

function LentOverride({ instance }: { instance: LentOverridesProps['lentOverrides'][number] }) {
  const { instanceId, name, userId, userEmail, sizeOverride } = instance;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5">
      <TextLink href={paths.adminInstance(instanceId)} className="min-w-0 truncate">
        {name ?? instanceId}
      </TextLink>
      <span className="min-w-0 truncate text-muted text-xs">{userEmail ?? userId}</span>
      <span className="ml-auto inline-flex items-center gap-1.5 text-lent-text">
        <ShieldCheck aria-hidden="true" className="size-3.5" />
        {formatMachineSize(sizeOverride?.machineSize ?? null)}
      </span>
      {sizeOverride === null ? null : (
        <span className="text-muted text-xs">
          <RelativeTime instant={sizeOverride.setAt} />
        </span>
      )}
    </li>
  );
}
