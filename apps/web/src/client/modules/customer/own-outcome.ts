import type { CustomerOperation } from '../../../server/views/customer-view.ts';
import { operationTold } from './own-operation-words.ts';

interface Outcome {
  readonly tone: 'success' | 'failure' | 'info';
  readonly title: string;
  readonly description?: string;
}

/** How an operation ended, for a toast; null while it goes on. */
export function outcomeTold(operation: CustomerOperation): Outcome | null {
  const title = operationTold(operation).sentence;
  switch (operation.status) {
    case 'running':
    case 'stuck':
      return null;
    case 'succeeded':
      return { tone: 'success', title };
    case 'superseded':
      return { tone: 'info', title };
    case 'failed':
      return {
        tone: 'failure',
        title,
        ...(operation.failure === null ? {} : { description: operation.failure }),
      };
  }
}
