export { authSchema } from './auth-schema.ts';
export { type OpenRegistryOptions, openRegistry, type Registry, type RegistryDb } from './client.ts';
export { appendAudit } from './queries/append-audit.ts';
export { type AttemptCount, countAttempts, forgetAttempts, giveBackAttempt } from './queries/attempts.ts';
export {
  DELIVERY_AUDIT_ROWS_MAX,
  DELIVERY_BATCH_MAX,
  type Delivery,
  type DeliveryPart,
  type DeliveryResult,
  DeliverySchema,
  deliver,
  type Rejection,
} from './queries/deliver.ts';
export { ensureUsers } from './queries/ensure-users.ts';
export { readFleetId } from './queries/fleet-id.ts';
export { formatInstanceCursor, type InstanceCursor, parseInstanceCursor } from './queries/instance-cursor.ts';
export {
  type FoundRow,
  findInstanceRow,
  readInstanceRow,
  type WrittenRow,
  writeInstanceRows,
} from './queries/instance-rows.ts';
export type { InstanceFilter } from './queries/instance-search.ts';
export {
  acceptInvitation,
  type Invitation,
  inviteNewPerson,
  inviteOwner,
  type LinkToken,
  linkToNewPassword,
  type NewPerson,
  readInvitation,
} from './queries/invitations.ts';
export { maySignIn } from './queries/may-sign-in.ts';
export { RegistryUnavailable } from './queries/registry-failure.ts';
export {
  type InstancePage,
  type InstancePageRequest,
  type ListedInstance,
  SEARCH_PAGE_MAX,
  SEARCH_TOTAL_MAX,
  searchInstances,
} from './queries/search-instances.ts';
export { SWEEP_PAGE_MAX, type SweepPageRequest, sweepPage } from './queries/sweep-page.ts';
export { REGISTRY_ROLES, type RegistryRole } from './roles.ts';
export {
  type ApiUser,
  ApiUserSchema,
  type AuditRow,
  AuditRowSchema,
  type InstanceRow,
  InstanceRowSchema,
} from './rows.ts';
export { accounts } from './schema/accounts.ts';
export { AUDIT_ACTOR_KINDS, AUDIT_OUTCOMES, auditLog } from './schema/audit-log.ts';
export { fleet } from './schema/fleet.ts';
export { kiloclawInstances } from './schema/kiloclaw-instances.ts';
export { rateLimits } from './schema/rate-limits.ts';
export { sessions } from './schema/sessions.ts';
export { USER_ROLES, type UserRole, users } from './schema/users.ts';
export { verifications } from './schema/verifications.ts';
