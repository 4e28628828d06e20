export { authSchema } from './auth-schema.ts';
export { type OpenRegistryOptions, openRegistry, type Registry, type RegistryDb } from './client.ts';
export { findByAddress, hasAdmin } from './queries/admins.ts';
export { appendAudit } from './queries/append-audit.ts';
export { type AttemptCount, countAttempts, forgetAttempts, giveBackAttempt } from './queries/attempts.ts';
export { type ChipCount, countInstances, type InstanceCounts } from './queries/count-instances.ts';
export {
  type DeletionPreview,
  deletionPreview,
  PREVIEW_LIST_MAX,
} from './queries/deletion-preview.ts';
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
export { AUDIT_EXPORT_MAX, type AuditExportPage, auditForExport } from './queries/export-audit.ts';
export {
  INSTANCE_CHOICE_MAX,
  INSTANCE_EXPORT_MAX,
  type InstanceExportPage,
  instancesById,
  instancesForExport,
} from './queries/export-instances.ts';
export { type FleetGauges, fleetGauges } from './queries/fleet-gauges.ts';
export { readFleetId } from './queries/fleet-id.ts';
export {
  type Counted,
  FLEET_DAYS,
  type FleetOverview,
  fleetOverview,
  LONG_LENT_DAYS,
  type OperationsOfDay,
} from './queries/fleet-overview.ts';
export { formatInstanceCursor, type InstanceCursor, parseInstanceCursor } from './queries/instance-cursor.ts';
export { instanceOwner } from './queries/instance-owner.ts';
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
  type InvitedPerson,
  inviteNewPerson,
  inviteOwner,
  type LinkToken,
  linkToNewPassword,
  readInvitation,
} from './queries/invitations.ts';
export type { LentHardware } from './queries/lent-hardware.ts';
export { LENT_BUCKETS_MAX, type LentAt, type LentPeriod, lentOverTime } from './queries/lent-over-time.ts';
export { type ListedInstance, listedInstanceView } from './queries/listed-instance.ts';
export { maySignIn, type SignInState, signInStateOf } from './queries/may-sign-in.ts';
export { type Page, type PageRequest, SEARCH_PAGE_MAX, SEARCH_TOTAL_MAX } from './queries/page.ts';
export {
  type BegunDeletion,
  beginPersonDeletion,
  DELETION_PAGE_MAX,
  type DeletionAsked,
  type DeletionTarget,
  deletedAmong,
  deletionTargets,
  type PersonTraces,
  personTraces,
  type ScrubbedRows,
  scrubPersonRows,
} from './queries/person-deletion.ts';
export { RegistryUnavailable } from './queries/registry-failure.ts';
export {
  type AuditFilter,
  type AuditPage,
  type ListedAuditRow,
  searchAudit,
} from './queries/search-audit.ts';
export { type InstancePage, type InstancePageRequest, searchInstances } from './queries/search-instances.ts';
export {
  type PeopleFilter,
  type PeoplePage,
  type Person,
  readPerson,
  searchPeople,
} from './queries/search-people.ts';
export {
  endSessionOfNobody,
  endSessionOfOldPassword,
  endSessions,
  passwordMark,
} from './queries/sessions.ts';
export { type RoleChange, setRole } from './queries/set-role.ts';
export {
  formatOverrideCursor,
  type LentOverride,
  listOverrides,
  type OverrideCursor,
  type OverridePage,
  type OverrideSort,
  parseOverrideCursor,
} from './queries/size-overrides.ts';
export { SWEEP_PAGE_MAX, type SweepPageRequest, sweepPage } from './queries/sweep-page.ts';
export { formatTimeCursor, parseTimeCursor, type TimeCursor } from './queries/time-cursor.ts';
export { USER_NAMES_MAX, type UserName, userNames } from './queries/user-names.ts';
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
