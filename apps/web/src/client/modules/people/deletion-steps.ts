/** How far a deletion has come, as steps. Pure. */
import { formatCountOf } from '../../lib/format.ts';
import type { ProgressStep, ProgressStepStatus } from '../../ui/progress-steps.tsx';

export interface DeletionProgress {
  readonly isDeleted: boolean;
  readonly isFinished: boolean;
  readonly awaitedCount: number;
}

/** Destroys go on by themselves; what comes after them only while somebody has asked for it. */
export function deletionSteps(
  { isFinished, awaitedCount }: DeletionProgress,
  isRunning: boolean,
): ProgressStep[] {
  const left = awaitedCount === 0 ? '' : `: ${formatCountOf(awaitedCount, 'instance')} to go`;
  return [
    step('End sessions, take name and addresses away', 'succeeded'),
    step(`Destroy their instances${left}`, awaitedCount === 0 ? 'succeeded' : 'running'),
    step('Take the rest away, and see that nothing is left', lastStatus()),
  ];

  function lastStatus(): ProgressStepStatus {
    if (isFinished) return 'succeeded';
    return awaitedCount === 0 && isRunning ? 'running' : 'pending';
  }
}

function step(name: string, status: ProgressStepStatus): ProgressStep {
  return { name, status, startedAt: null, endedAt: null };
}
