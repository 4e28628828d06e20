import {
  ANSWER_FIELDS,
  DELAY_FIELDS,
  DELAY_NEEDS_MS,
  FIRING_FIELDS,
  withTimes,
} from '@kiloclaw/simulator-kit/faults';
import { z } from 'zod';

const KINDS = [
  'hold_before',
  'hold_after',
  'fail_before',
  'fail_after',
  'drop_before',
  'lose_answer',
  'corrupt_answer',
  'alter_answer',
  'delay',
] as const;

/** What `POST /faults` takes. */
export const faultRequestSchema = z
  .strictObject({
    ...FIRING_FIELDS,
    kind: z.enum(KINDS),
    ...ANSWER_FIELDS,
    /** Fields that take the place of the answer's own, in each object of a list. */
    fields: z.record(z.string(), z.unknown()).optional(),
    ...DELAY_FIELDS,
  })
  .refine(...DELAY_NEEDS_MS)
  .refine((fault) => fault.kind !== 'alter_answer' || fault.fields !== undefined, {
    path: ['fields'],
    message: 'is required for alter_answer',
  })
  .transform(withTimes);

export type FaultRequest = z.infer<typeof faultRequestSchema>;
