import type { ProviderId } from '@kiloclaw/platform-contract';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../lib/trpc.ts';
import { BadgeWithTooltip } from '../../ui/badge-with-tooltip.tsx';

/** Says that nothing at this provider is real; nothing of one that is. */
export function SandboxBadge({ provider }: { provider: ProviderId }) {
  const { data } = useQuery(
    useTRPC().admin.providers.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  );
  if (data?.providers.find(({ id }) => id === provider)?.sandbox !== true) return null;
  return (
    <BadgeWithTooltip tooltip="A simulator stands in for this provider: nothing there is real, and nothing costs money.">
      Sandbox
    </BadgeWithTooltip>
  );
}
