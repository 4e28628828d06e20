/** An instance in a list: its name leads to its page, its id is copied whole. */
import type { ReactNode } from 'react';
import { TextLink } from '../../components/text-link.tsx';
import { paths } from '../../lib/path-builder.ts';
import { CopyableId } from '../../ui/copy-button.tsx';

const SHORT_ID_LENGTH = 8;

export const shortInstanceId = (instanceId: string) => instanceId.slice(0, SHORT_ID_LENGTH);

interface InstanceLinkProps {
  instanceId: string;
  name: string | null;
  /** Beside the id. */
  children?: ReactNode;
}

export function InstanceLink({ instanceId, name, children }: InstanceLinkProps) {
  const short = shortInstanceId(instanceId);
  return (
    <div className="flex min-w-0 flex-col items-start">
      <TextLink href={paths.adminInstance(instanceId)} className="max-w-full truncate py-0.5">
        {name ?? short}
      </TextLink>
      <span className="flex flex-wrap items-center gap-x-2">
        <CopyableId id={instanceId} noun="instance id" short={short} className="text-muted" />
        {children}
      </span>
    </div>
  );
}
