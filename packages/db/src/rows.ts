import { MachineSizeSchema } from '@kiloclaw/instance-tiers';
import { z } from 'zod';
import { AUDIT_ACTOR_KINDS, AUDIT_OUTCOMES } from './schema/audit-log.ts';

/** Milliseconds since 1970, within what a JavaScript date can hold. */
const TimeMsSchema = z.int().min(0).max(8_640_000_000_000_000);
const UserIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 of A–Z a–z 0–9 _ -');

/**
 * What an Instance hands over of itself. `instanceType` and `status` are plain text here: what the registry
 * does not know must be refused by its own constraints, and come back as a rejection.
 */
export const InstanceRowSchema = z.strictObject({
  id: z.uuid(),
  userId: UserIdSchema,
  sandboxId: z.string(),
  provider: z.string(),
  name: z.string().nullable(),
  region: z.string().nullable(),
  instanceType: z.string().nullable(),
  adminSizeOverride: z.json().nullable(),
  status: z.string(),
  machineSize: MachineSizeSchema.nullable(),
  volumeSizeGb: z.int().nullable(),
  machineId: z.string().nullable(),
  // Names, not text: Drizzle misreads an array element that ends in an escaped character.
  driftKinds: z.array(z.string().regex(/^[a-z0-9_]+$/)),
  trackedImageTag: z.string().nullable(),
  registryVersion: z.int().min(0),
  createdAt: TimeMsSchema,
  updatedAt: TimeMsSchema,
  destroyedAt: TimeMsSchema.nullable(),
});
export type InstanceRow = z.infer<typeof InstanceRowSchema>;

/** One line of the audit log. The writer makes `id`, such as `<operation id>:requested`; it is stored once. */
export const AuditRowSchema = z.strictObject({
  id: z.string().min(1),
  at: TimeMsSchema,
  actorId: z.string(),
  actorKind: z.enum(AUDIT_ACTOR_KINDS),
  action: z.string(),
  targetUserId: z.string().nullable(),
  instanceId: z.uuid().nullable(),
  operationId: z.string().nullable(),
  requestId: z.string().nullable(),
  outcome: z.enum(AUDIT_OUTCOMES),
  before: z.json().nullable(),
  after: z.json().nullable(),
  metadata: z.json().nullable(),
  ip: z.string().nullable(),
});
export type AuditRow = z.infer<typeof AuditRowSchema>;

/** An owner whom the API named. The e-mail address is for people to read: nobody signs in with it. */
export const ApiUserSchema = z.strictObject({ id: UserIdSchema, email: z.string().nullable().optional() });
export type ApiUser = z.infer<typeof ApiUserSchema>;
