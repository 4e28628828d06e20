import { TextLink } from '../../components/text-link.tsx';
import { formatCount } from '../../lib/format.ts';
import { paths } from '../../lib/path-builder.ts';
import { StateBadge } from '../instances/state-badge.tsx';
import type { PersonAnswer } from './people-view.ts';

interface AwaitedInstancesProps {
  instances: PersonAnswer['instances'];
  /** Of all of them; the list is bounded. */
  count: number;
}

/** Instances that go, by name. */
export function AwaitedInstances({ instances, count }: AwaitedInstancesProps) {
  return (
    <ul
      aria-label="Instances"
      className="mt-1.5 divide-y divide-border overflow-hidden rounded-md border border-border"
    >
      {instances.map(({ id, name, provider, status }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
          <TextLink href={paths.adminInstance(id)} className="min-w-0 truncate">
            {name ?? id}
          </TextLink>
          <span className="text-muted text-xs">{provider}</span>
          <span className="ml-auto">
            <StateBadge status={status} />
          </span>
        </li>
      ))}
      {count > instances.length ? (
        <li className="px-3 py-1.5 text-muted">and {formatCount(count - instances.length)} more</li>
      ) : null}
    </ul>
  );
}
