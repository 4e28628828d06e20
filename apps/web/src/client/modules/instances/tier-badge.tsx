import type { StatusView } from '@kiloclaw/platform-contract';
import { History } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { BadgeWithTooltip } from '../../ui/badge-with-tooltip.tsx';

const LEGACY = 'A legacy tier: nobody can be moved to it any more.';

interface TierBadgeProps {
  instanceType: StatusView['instanceType'];
  /** False for a legacy tier: one that labels instances and is not offered. */
  offered?: boolean;
}

/** What the instance is billed as: a tier, `Custom` hardware, or `Unknown` where nobody has recorded it. */
export function TierBadge({ instanceType, offered = true }: TierBadgeProps) {
  if (instanceType === null) return <Badge>Unknown</Badge>;
  if (instanceType === 'custom') return <Badge>Custom</Badge>;
  if (offered) return <Badge>{instanceType}</Badge>;
  return (
    <BadgeWithTooltip tooltip={LEGACY} icon={<History aria-hidden="true" />}>
      {instanceType} legacy
    </BadgeWithTooltip>
  );
}
