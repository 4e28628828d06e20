/** The keys of the encryption at rest, over the fleet: which are needed still, and the sealing anew by the current one. */
import { z } from 'zod';
import { ErrorCodeSchema } from './errors.ts';
import { InstanceIdSchema, RequestActorSchema, UserIdSchema } from './states.ts';

/** Instances that one request asks. */
export const SEALING_PAGE_MAX = 200;
export const SEALING_PAGE_DEFAULT = 100;

export const SealingKeysQuerySchema = z.strictObject({
  cursor: InstanceIdSchema.optional().describe('The `nextCursor` of the page before.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(SEALING_PAGE_MAX)
    .default(SEALING_PAGE_DEFAULT)
    .describe('Instances of this page.'),
});

export const ResealBodySchema = z
  .strictObject({
    cursor: InstanceIdSchema.optional().describe('The `nextCursor` of the page before.'),
    limit: z
      .int()
      .min(1)
      .max(SEALING_PAGE_MAX)
      .default(SEALING_PAGE_DEFAULT)
      .describe('Instances of this page.'),
    actor: RequestActorSchema.optional(),
  })
  .meta({ id: 'ResealBody' });

export const SealingPageSchema = z
  .object({
    currentKeyId: z.string().describe('The first key of `KILOCLAW_ENCRYPTION_KEYS`: it seals.'),
    instances: z.int().nonnegative().describe('Those of this page that have answered.'),
    keys: z
      .record(z.string(), z.int().positive())
      .describe('How many sealed texts these instances hold, by the id of the key that seals them.'),
    resealed: z.int().nonnegative().describe('How many of them this request has sealed anew.'),
    failed: z
      .array(z.object({ instanceId: InstanceIdSchema, userId: UserIdSchema, code: ErrorCodeSchema }))
      .describe('Instances that have refused, or not answered: what they hold is not counted.'),
    nextCursor: InstanceIdSchema.nullable().describe('Null on the last page.'),
  })
  .meta({ id: 'SealingPage' });
export type SealingPage = z.infer<typeof SealingPageSchema>;

/** What the control plane knows of whoever asks. */
export const WhoamiViewSchema = z
  .object({
    name: z.string().describe('The key’s name: the audit log has it where a request names no actor.'),
    scope: z.enum(['full', 'read']),
  })
  .meta({ id: 'WhoamiView' });
export type WhoamiView = z.infer<typeof WhoamiViewSchema>;
