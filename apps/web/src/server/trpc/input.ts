/** Input that many procedures share. */
import {
  IdempotencyKeySchema,
  InstanceIdSchema,
  OperationsQuerySchema,
  UserIdSchema,
} from '@kiloclaw/platform-contract';
import { z } from 'zod';

/** An instance and its owner, both as the page showed them: the owner is never looked up again. */
export const Target = { userId: UserIdSchema, instanceId: InstanceIdSchema };
export const TargetSchema = z.strictObject(Target);

/** Made by the page once for each thing it wants done: asked twice, it is done once. */
export const Change = { ...Target, idempotencyKey: IdempotencyKeySchema };

/** The plan that the dialog showed. */
export const PlannedChange = { ...Change, expectedPlanHash: z.string().max(100) };

/** Where a page of a timeline begins. The client's library says the direction too: there is one only, to older ones. */
export const TimelineFrom = {
  cursor: OperationsQuerySchema.shape.cursor,
  direction: z.literal('forward').optional(),
};
