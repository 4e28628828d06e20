import type { DebugView } from '@kiloclaw/platform-contract';
import type { Failure } from '../../lib/failure.ts';
import { Alert } from '../../ui/alert.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';

interface InstanceNoticesProps {
  instance: DebugView;
  failure: Failure | null;
  readAtMs: number;
}

/** What somebody has to know before they believe the rest of the page. */
export function InstanceNotices({ instance, failure, readAtMs }: InstanceNoticesProps) {
  const { status, stateError, registry, operation } = instance;
  const isBehind = operation === null && registry.syncedVersion < registry.version;
  return (
    <>
      {failure === null ? null : (
        <Alert tone="danger" title="Not up to date">
          <p>
            {failure.message} What stands here is from{' '}
            <RelativeTime instant={new Date(readAtMs).toISOString()} />; it is read anew as soon as that works
            again.
          </p>
        </Alert>
      )}
      {status === 'destroyed' ? (
        <Alert title="Destroyed">
          <p>
            This instance was destroyed <RelativeTime instant={registry.destroyedAt} />. Its machine and its
            data are gone; its timeline and audit trail stay. Its id is never used again.
          </p>
        </Alert>
      ) : null}
      {stateError === null ? null : (
        <Alert tone="danger" title="Damaged record">
          <p>{stateError} Nothing can be changed until it is mended.</p>
        </Alert>
      )}
      {isBehind ? (
        <Alert tone="warning" title="Registry behind">
          <p>
            The registry has version {registry.syncedVersion} of this instance, and this is version{' '}
            {registry.version}: lists and search show it as it was. It is sent again by itself.
          </p>
        </Alert>
      ) : null}
    </>
  );
}
