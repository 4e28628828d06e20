import type { CustomerInstance, CustomerOperation } from '../../../server/views/customer-view.ts';
import { Alert } from '../../ui/alert.tsx';
import { ProgressSteps } from '../../ui/progress-steps.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { KIND_WORDS, STEP_WORDS } from './own-operation-words.ts';

interface OwnProgressProps {
  current: NonNullable<CustomerInstance['operation']>;
  /** The same in the timeline, once it stands there. */
  operation: CustomerOperation | undefined;
}

/** What is under way, with its steps. */
export function OwnProgress({ current, operation }: OwnProgressProps) {
  const { doing } = KIND_WORDS[current.kind];
  const steps = operation?.steps ?? [];
  return (
    <Alert tone="accent" icon={<Spinner />} title={doing}>
      {operation?.status === 'stuck' ? (
        <p>
          This takes longer than usual. It is tried again by itself: there is nothing that you need to do.
        </p>
      ) : null}
      {steps.length === 0 ? null : (
        <ProgressSteps
          label={`Steps of ${doing}`}
          steps={steps.map(({ name, status }) => ({
            name: STEP_WORDS[name],
            status,
            startedAt: null,
            endedAt: null,
          }))}
        />
      )}
    </Alert>
  );
}
