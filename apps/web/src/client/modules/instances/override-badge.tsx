import type { SizeOverrideView } from '@kiloclaw/platform-contract';
import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatExactTime, formatMachineSize } from '../../lib/format.ts';
import { BadgeWithTooltip } from '../../ui/badge-with-tooltip.tsx';

interface OverrideBadgeProps {
  override: SizeOverrideView | null;
  /** Who lent it; their id stands where the name isn't known. */
  actorName?: string | null | undefined;
  /** There is an override that can't be read. */
  unreadable?: boolean;
}

/** That an instance runs, or will run, on lent hardware; nothing where it doesn't. */
export function OverrideBadge({ override, actorName, unreadable = false }: OverrideBadgeProps) {
  if (override === null && !unreadable) return null;
  const tooltip =
    override === null ? (
      'The stored size override can’t be read, so that it doesn’t count. Set or clear it anew.'
    ) : (
      <OverrideFacts override={override} actorName={actorName ?? override.actorId} />
    );
  return (
    <BadgeWithTooltip tone="lent" icon={<ShieldAlert aria-hidden="true" />} tooltip={tooltip}>
      {override === null ? 'Override unreadable' : 'Override'}
    </BadgeWithTooltip>
  );
}

function OverrideFacts({ override, actorName }: { override: SizeOverrideView; actorName: string }) {
  const { machineSize, setAt, expiresAt, reason } = override;
  return (
    <span className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
      <Fact name="Size">{formatMachineSize(machineSize)}</Fact>
      <Fact name="Who">{actorName}</Fact>
      <Fact name="Since">{formatExactTime(setAt)}</Fact>
      <Fact name="Until">{expiresAt === undefined ? 'cleared' : formatExactTime(expiresAt)}</Fact>
      <Fact name="Why">{reason ?? 'Not kept: who gave it was deleted.'}</Fact>
    </span>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <span className="text-muted">{name}</span>
      <span className="break-words">{children}</span>
    </>
  );
}
