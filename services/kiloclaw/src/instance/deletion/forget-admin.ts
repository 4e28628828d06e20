/**
 * Takes an admin who was deleted out of stored JSON: every size override of theirs loses reason and actor, wherever it
 * stands, and everything else stays byte for byte. Works on raw JSON, so that a damaged record is no way out. Pure.
 */
import { DELETED_ADMIN_ACTOR_ID } from '@kiloclaw/instance-tiers';

/** What a size override has, in whatever it is told. */
function isOverride(value: object): value is { actorId: unknown; machineSize: unknown } {
  return 'machineSize' in value && 'actorId' in value;
}

/** The value without the admin; the very same one where it does not tell of them. */
export function withoutAdmin(value: unknown, adminId: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutAdmin(item, adminId));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const kept = isOverride(value) && value.actorId === adminId ? anonymous(value) : value;
  const before = Object.entries(kept);
  const after = before.map(([key, inner]) => [key, withoutAdmin(inner, adminId)] as const);
  const isSame = after.every(([, inner], index) => inner === before[index]?.[1]);
  return isSame ? kept : Object.fromEntries(after);
}

/** As `withoutDeletedAdmin` does it, of an override that may be another release's. */
function anonymous(override: object): object {
  return Object.fromEntries(
    Object.entries(override)
      .filter(([key]) => key !== 'reason')
      .map(([key, inner]) => [key, key === 'actorId' ? DELETED_ADMIN_ACTOR_ID : inner]),
  );
}

/** Everybody who is named as the admin of an override in the value. */
export function overrideAdminsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(overrideAdminsIn);
  return isOverride(value) && typeof value.actorId === 'string' ? [value.actorId, ...inside] : inside;
}
