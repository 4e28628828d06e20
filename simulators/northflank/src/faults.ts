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
  'lose_answer',
  'drop_before',
  'delay',
  'throttle',
  'corrupt_answer',
  'html_error',
  'unknown_words',
  'empty_list',
] as const;

/** What `POST /faults` takes. */
export const faultRequestSchema = z
  .strictObject({ ...FIRING_FIELDS, kind: z.enum(KINDS), ...ANSWER_FIELDS, ...DELAY_FIELDS })
  .refine(...DELAY_NEEDS_MS)
  .transform(withTimes);

export type FaultRequest = z.infer<typeof faultRequestSchema>;
