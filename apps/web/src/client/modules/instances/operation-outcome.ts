/** How an operation ended, in the words of a toast. Pure. */
import type { OperationView } from '@kiloclaw/platform-contract';
import { KIND_LABELS } from './operation-labels.ts';

export interface Outcome {
  readonly tone: 'success' | 'failure' | 'info';
  readonly title: string;
  readonly description?: string;
}

/** Null while it has not ended. `name`: what the instance is called. */
export function outcomeOf(
  { kind, status, error }: Pick<OperationView, 'kind' | 'status' | 'error'>,
  name: string,
): Outcome | null {
  const label = KIND_LABELS[kind];
  switch (status) {
    case 'running':
    case 'stuck':
      return null;
    case 'succeeded':
      return { tone: 'success', title: `${name} ${label.done}` };
    case 'superseded':
      return { tone: 'info', title: `${label.name} of ${name} gave way to another operation` };
    case 'failed':
      return {
        tone: 'failure',
        title: `${label.name} of ${name} failed`,
        description: error?.message ?? 'The control plane gives no reason. See the timeline.',
      };
  }
}
