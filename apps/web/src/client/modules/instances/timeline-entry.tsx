import type { OperationAnswer, OperationStatus, OperationView } from '@kiloclaw/platform-contract';
import { ChevronRight } from 'lucide-react';
import { formatCountOf, formatDuration } from '../../lib/format.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card } from '../../ui/card.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Tone } from '../../ui/tone.ts';
import { ChangesLine } from './before-after.tsx';
import { operationChanges } from './operation-changes.ts';
import { KIND_LABELS, progressText } from './operation-labels.ts';
import { OperationProgress } from './operation-progress.tsx';
import { actorText, type PeopleNames } from './people.ts';

const SIGNS: Record<OperationStatus, { label: string; tone: Tone }> = {
  running: { label: 'Running', tone: 'accent' },
  succeeded: { label: 'Succeeded', tone: 'positive' },
  failed: { label: 'Failed', tone: 'danger' },
  superseded: { label: 'Superseded', tone: 'neutral' },
  stuck: { label: 'Stuck', tone: 'warning' },
};

interface TimelineEntryProps {
  answer: OperationAnswer;
  names: PeopleNames;
}

/** One operation: what, by whom, when, how it ended, what it changed; its steps behind a click. */
export function TimelineEntry({ answer, names }: TimelineEntryProps) {
  const { operation } = answer;
  const { kind, status, actor, startedAt, endedAt, error } = operation;
  const { label, tone } = SIGNS[status];
  const changes = operationChanges(answer);
  return (
    <li>
      <Card className="px-4 py-3">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h3 className="font-medium text-sm">{KIND_LABELS[kind].name}</h3>
          <Badge tone={tone} busy={status === 'running'}>
            {label}
          </Badge>
          <span className="text-muted text-sm">by {actorText(actor, names)}</span>
          <span className="ml-auto inline-flex items-center gap-2 text-muted text-xs max-md:ml-0">
            <RelativeTime instant={startedAt} />
            {tookText(startedAt, endedAt)}
          </span>
        </div>
        {changes.length === 0 ? null : (
          <div className="mt-1.5">
            <ChangesLine changes={changes} />
          </div>
        )}
        {error === null ? null : (
          <p className="mt-1.5 break-words text-danger-text text-sm">{error.message}</p>
        )}
        <Steps operation={operation} />
      </Card>
    </li>
  );
}

/** Nothing of what was only recorded: it is over at once. */
function tookText(startedAt: string, endedAt: string | null): string | null {
  const tookMs = endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
  return tookMs > 0 ? `took ${formatDuration(tookMs)}` : null;
}

/** Behind a click; where it never had steps, because it was only recorded, its id alone. */
function Steps({ operation }: { operation: OperationView }) {
  const { id, endedAt, steps } = operation;
  const copyableId = (
    <p className="flex items-center gap-1.5 text-muted text-xs">
      Operation <CopyableId id={id} noun="operation id" />
    </p>
  );
  if (steps.length === 0) return <div className="mt-1.5">{copyableId}</div>;
  return (
    <details className="group mt-1.5">
      <summary className="inline-flex min-h-6 list-none items-center gap-1 rounded-sm text-muted text-xs hover:text-text [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-3.5 transition-transform group-open:rotate-90" />
        {endedAt === null ? progressText(operation) : formatCountOf(steps.length, 'step')}
      </summary>
      <div className="mt-1 flex flex-col gap-2 border-border border-l pl-3">
        <OperationProgress operation={operation} />
        {copyableId}
      </div>
    </details>
  );
}
