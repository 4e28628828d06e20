import type { OperationView } from '@kiloclaw/platform-contract';
import { ProgressSteps } from '../../ui/progress-steps.tsx';
import { KIND_LABELS, stepLabel } from './operation-labels.ts';

/** The steps of an operation, as far as they have come. A name that comes twice is told apart by its place. */
export function OperationProgress({ operation }: { operation: OperationView }) {
  const { kind, steps } = operation;
  const labels = steps.map(({ name }) => stepLabel(name));
  const told = steps.map((step, place) => {
    const label = labels[place] ?? step.name;
    const earlier = labels.slice(0, place).filter((each) => each === label).length;
    const name = earlier === 0 ? label : `${label} (${earlier + 1})`;
    const { progressPercent } = step;
    return { ...step, name: progressPercent === undefined ? name : `${name}: ${progressPercent} %` };
  });
  return <ProgressSteps label={`Steps of ${KIND_LABELS[kind].name}`} steps={told} />;
}
