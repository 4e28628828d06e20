import { Circle, CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../lib/cn.ts';
import { formatDuration } from '../lib/format.ts';
import { useNow } from '../lib/use-now.ts';
import { Spinner } from './spinner.tsx';

const TICK_MS = 1_000;

export type ProgressStepStatus = 'pending' | 'running' | 'succeeded' | 'skipped' | 'failed';

export interface ProgressStep {
  name: string;
  status: ProgressStepStatus;
  startedAt: string | null;
  endedAt: string | null;
}

const SIGNS: Record<ProgressStepStatus, { icon: ReactNode; word: string; className: string }> = {
  pending: { icon: <Circle />, word: 'Not started', className: 'text-muted' },
  running: { icon: <Spinner />, word: 'Running', className: 'text-accent-text' },
  succeeded: { icon: <CircleCheck />, word: 'Done', className: 'text-positive-text' },
  skipped: { icon: <CircleDashed />, word: 'Skipped', className: 'text-muted' },
  failed: { icon: <CircleX />, word: 'Failed', className: 'text-danger-text' },
};

/** The steps of an operation, each with its state and how long it took. `label` names the list. */
export function ProgressSteps({ label, steps }: { label: string; steps: readonly ProgressStep[] }) {
  return (
    <ol aria-label={label} className="flex flex-col">
      {steps.map((step, index) => (
        <Step key={`${step.name} ${timesNamed(step, steps.slice(0, index))}`} step={step} />
      ))}
    </ol>
  );
}

/** An operation may have a step of one name twice. */
function timesNamed({ name }: ProgressStep, steps: readonly ProgressStep[]): number {
  return steps.filter((step) => step.name === name).length;
}

function Step({ step }: { step: ProgressStep }) {
  const { icon, word, className } = SIGNS[step.status];
  const quiet = step.status === 'pending' || step.status === 'skipped';
  return (
    <li
      aria-current={step.status === 'running' ? 'step' : undefined}
      className="flex min-h-7 items-center gap-2.5 text-sm"
    >
      <span aria-hidden="true" className={cn('[&_svg]:size-4', className)}>
        {icon}
      </span>
      <span className={cn('min-w-0 flex-1 truncate', quiet && 'text-muted')}>
        {step.name}
        <span className="sr-only">: {word}</span>
      </span>
      {step.startedAt === null ? null : (
        <span className="tabular text-muted text-xs">
          {step.endedAt === null ? (
            <Elapsed startedAt={step.startedAt} />
          ) : (
            formatDuration(Date.parse(step.endedAt) - Date.parse(step.startedAt))
          )}
        </span>
      )}
    </li>
  );
}

/** Hidden from screen readers: it changes every second. */
function Elapsed({ startedAt }: { startedAt: string }) {
  const nowMs = useNow(TICK_MS);
  return <span aria-hidden="true">{formatDuration(Math.max(TICK_MS, nowMs - Date.parse(startedAt)))}</span>;
}
