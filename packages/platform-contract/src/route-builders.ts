/** What the routes of one sort have in common. */
import { z } from 'zod';
import { PlanAnswerSchema } from './plans.ts';
import { InstanceActionBodySchema } from './requests.ts';
import type { RouteContract } from './route-contract.ts';
import { OperationAnswerSchema } from './views.ts';

type Words = Pick<RouteContract, 'summary' | 'description' | 'errors'>;
type GroupedWords = Words & Pick<RouteContract, 'group'>;

/** 200 with the operation that has ended well, 202 with the one that still runs. */
const OPERATION_ANSWERS = { 200: OperationAnswerSchema, 202: OperationAnswerSchema };

export const instanceChange = <Input extends z.ZodType>(path: string, input: Input, words: GroupedWords) =>
  ({
    method: 'POST',
    path,
    ...words,
    input,
    output: OperationAnswerSchema,
    answers: OPERATION_ANSWERS,
    scope: 'full',
    namesInstance: true,
  }) as const satisfies RouteContract;

export const instanceAction = (path: string, words: Words & Partial<GroupedWords>) =>
  instanceChange(path, InstanceActionBodySchema, { group: 'Instances', ...words });

const HardwareAnswerSchema = z.union([OperationAnswerSchema, PlanAnswerSchema]);

/** A change that can be asked for its plan alone, with `dryRun`. */
export const plannedChange = <Input extends z.ZodType>(path: string, input: Input, words: Words) =>
  ({
    ...instanceChange(path, input, {
      group: 'Hardware',
      ...words,
      errors: ['plan_stale', ...(words.errors ?? [])],
    }),
    output: HardwareAnswerSchema,
    answers: { ...OPERATION_ANSWERS, 200: HardwareAnswerSchema },
  }) as const satisfies RouteContract;
