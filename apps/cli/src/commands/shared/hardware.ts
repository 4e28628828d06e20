/** What the changes of hardware have in common: when they count, and the two answers that they have. */
import { Option } from '@commander-js/extra-typings';
import {
  type OperationAnswer,
  OperationAnswerSchema,
  type Plan,
  PlanAnswerSchema,
} from '@kiloclaw/platform-contract';

export function applyOption() {
  return new Option(
    '--apply <when>',
    'now: stop and start the machine as it takes; manual: leave that to you',
  )
    .choices(['manual', 'now'] as const)
    .default('manual' as const);
}

/** Throws Zod's error where a dry-run is answered with something else. */
export function planOf(body: unknown): Plan {
  return PlanAnswerSchema.parse(body).plan;
}

export function operationOf(body: unknown): OperationAnswer {
  return OperationAnswerSchema.parse(body);
}
