/** What the list of instances is filtered by: the platform API's words, as typed values. */
import { InstancesQuerySchema } from '@kiloclaw/platform-contract';
import { z } from 'zod';

const { userId, provider, instanceType, status, drift, q, sort, cursor } = InstancesQuerySchema.shape;

export const InstanceFilterSchema = z.strictObject({
  userId,
  provider,
  instanceType,
  status,
  hasOverride: z.boolean().optional(),
  drift,
  q,
});

export const InstancePageInput = z.strictObject({ filter: InstanceFilterSchema, sort, cursor });
