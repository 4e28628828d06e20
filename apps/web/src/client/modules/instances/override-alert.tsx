import type { DebugView } from '@kiloclaw/platform-contract';
import { ShieldAlert } from 'lucide-react';
import { formatMachineSize } from '../../lib/format.ts';
import { Alert } from '../../ui/alert.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { type PeopleNames, personText } from './people.ts';

/** That the instance is lent a size: by whom, why and until when. Nothing where no override counts. */
export function OverrideAlert({ instance, names }: { instance: DebugView; names: PeopleNames }) {
  const { sizeOverride: override, whyThisSize, pendingRestart } = instance;
  const { overridePhase } = whyThisSize;
  if (override === null || (overridePhase !== 'active' && overridePhase !== 'expiring')) return null;
  const { machineSize, actorId, setAt, reason, expiresAt } = override;
  return (
    <Alert tone="lent" icon={<ShieldAlert />} title="Admin size override">
      <p>
        <strong className="font-semibold">{formatMachineSize(machineSize)}</strong> ·{' '}
        {personText(actorId, names)}, <RelativeTime instant={setAt} /> —{' '}
        {reason ?? 'the reason is not kept, since who gave it was deleted'}
        {expiresAt === undefined ? (
          ', until it is cleared'
        ) : (
          <>
            , expires <RelativeTime instant={expiresAt} />
          </>
        )}
        {pendingRestart ? (
          <>
            , <strong className="font-semibold">pending restart</strong>
          </>
        ) : null}
        .
      </p>
    </Alert>
  );
}
