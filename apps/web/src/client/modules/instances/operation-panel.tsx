import type { DebugView, OperationAnswer, OperationView } from '@kiloclaw/platform-contract';
import { useMutation } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { failureOf } from '../../lib/failure.ts';
import { useTRPC } from '../../lib/trpc.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/card.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { notify } from '../../ui/toast.tsx';
import { KIND_LABELS, progressText, stepLabel } from './operation-labels.ts';
import { OperationProgress } from './operation-progress.tsx';

interface OperationPanelProps {
  instance: DebugView;
  /** With its steps; null until they are read. */
  current: OperationAnswer | null;
  onRetried: (answer: OperationAnswer) => void;
}

/** What is under way, step by step; nothing where nothing is. */
export function OperationPanel({ instance, current, onRetried }: OperationPanelProps) {
  const { operation } = instance;
  if (operation === null) return null;
  const known = current?.operation ?? null;
  const { doing } = KIND_LABELS[operation.kind];
  const where = known === null ? '' : progressText(known);
  return (
    <Section
      title={doing}
      description={
        <>
          {where === '' ? '' : `${where} · `}begun <RelativeTime instant={operation.startedAt} />
        </>
      }
    >
      <p role="status" className="sr-only">
        {doing}. {where} {operation.step === null ? '' : stepLabel(operation.step)}
      </p>
      {known === null ? (
        <p className="text-muted text-sm">{operation.step === null ? doing : stepLabel(operation.step)}</p>
      ) : (
        <OperationProgress operation={known} />
      )}
      {known?.status === 'stuck' ? (
        <StuckAlert instance={instance} operation={known} onRetried={onRetried} />
      ) : null}
    </Section>
  );
}

interface StuckAlertProps {
  instance: DebugView;
  operation: OperationView;
  onRetried: (answer: OperationAnswer) => void;
}

function StuckAlert({ instance, operation, onRetried }: StuckAlertProps) {
  const retry = useMutation(
    useTRPC().admin.instances.retryOperation.mutationOptions({
      onSuccess: onRetried,
      onError: (error) => notify.failure('It could not be tried again', failureOf(error).message),
    }),
  );
  const { userId, instanceId } = instance;
  return (
    <Alert
      tone="warning"
      title="Stuck"
      className="mt-3"
      actions={
        <Button
          size="sm"
          icon={<RotateCw aria-hidden="true" />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ userId, instanceId, operationId: operation.id })}
        >
          Try now
        </Button>
      }
    >
      <p>
        {operation.error?.message ?? 'It can’t go on for now.'} It is tried again by itself, ever more slowly.
      </p>
    </Alert>
  );
}
