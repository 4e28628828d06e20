/** What a listing of instances asks for, as conditions of SQL. */
import { ANY_DRIFT, UNKNOWN_INSTANCE_TYPE } from '@kiloclaw/platform-contract';
import { and, between, eq, ilike, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import { kiloclawInstances as instances } from '../schema/kiloclaw-instances.ts';
import { users } from '../schema/users.ts';

/** Everything that is given must hold. `q` is a part of an address or a name, or an id or its beginning. */
export type InstanceFilter = {
  readonly userId?: string | undefined;
  readonly provider?: string | undefined;
  /** `unknown` for those of no type. */
  readonly instanceType?: string | undefined;
  readonly status?: string | undefined;
  readonly hasOverride?: boolean | undefined;
  /** A kind of drift that the instance has now; `any` for whatever kind. */
  readonly drift?: string | undefined;
  readonly q?: string | undefined;
};

/** Shorter ones are words too ("ada", "abe"), and would fill the answer with strangers. */
const ID_BEGINNING_MIN_DIGITS = 4;
/** From here on the inside of a sandbox id, which is hexadecimal, is hardly met by chance. */
const SANDBOX_PART_MIN_LENGTH = 6;
const UUID_DIGITS = 32;
/** Places of the dashes in its text. */
const UUID_DASHES: readonly number[] = [8, 13, 18, 23];

const DESTROYED = 'destroyed';

/** The filters but `q`. */
export function givenConditions(filter: InstanceFilter): SQL[] {
  const { userId, provider, instanceType, status, hasOverride, drift } = filter;
  const conditions: SQL[] = [];
  if (userId !== undefined) conditions.push(eq(instances.userId, userId));
  if (provider !== undefined) conditions.push(eq(instances.provider, provider));
  if (instanceType !== undefined) conditions.push(isOfType(instanceType));
  if (status !== undefined) conditions.push(eq(instances.status, status));
  if (hasOverride === true) conditions.push(isNotNull(instances.adminSizeOverride));
  if (hasOverride === false) conditions.push(isNull(instances.adminSizeOverride));
  if (drift !== undefined) conditions.push(hasDrift(drift));
  return conditions;
}

function isOfType(instanceType: string): SQL {
  const isUnknown = instanceType === UNKNOWN_INSTANCE_TYPE;
  return isUnknown ? isNull(instances.instanceType) : eq(instances.instanceType, instanceType);
}

/**
 * The first half says nothing new, but it is what the partial index is known by. Not `= ANY` in the second: the
 * planner would multiply the chances of both, expect next to nothing, and sort instead of walking the index.
 */
function hasDrift(kind: string): SQL {
  if (kind === ANY_DRIFT) return sql`${instances.driftKinds} <> '{}'`;
  return sql`${instances.driftKinds} <> '{}' AND array_position(${instances.driftKinds}, ${kind}) IS NOT NULL`;
}

/** Closed rows are kept for good: they are shown where their status is asked for, or one by its whole id. */
export function activeConditions({ status }: InstanceFilter): SQL[] {
  return status === DESTROYED ? [] : [isNull(instances.destroyedAt)];
}

/** The instance that has `q` as its id, its sandbox id or its machine's id. */
export function isNamedExactly(q: string): SQL | undefined {
  const digits = idDigits(q);
  const isWhole = digits?.length === UUID_DIGITS;
  return or(
    eq(instances.sandboxId, q),
    eq(instances.machineId, q),
    isWhole ? eq(instances.id, digits) : undefined,
  );
}

/** Instances whose name holds `q`, or whose id begins with it. */
export function hasPart(q: string): SQL | undefined {
  const digits = idDigits(q);
  const part = `%${withoutWildcards(q)}%`;
  const beginning = `${withoutWildcards(q)}%`;
  return or(
    ilike(instances.name, part),
    ilike(instances.sandboxId, q.length < SANDBOX_PART_MIN_LENGTH ? beginning : part),
    digits === null
      ? undefined
      : between(instances.id, digits.padEnd(UUID_DIGITS, '0'), digits.padEnd(UUID_DIGITS, 'f')),
  );
}

/** Owners with `q` in the address that they sign in with, or in the one that the API gave. */
export function ownerHasPart(q: string): SQL | undefined {
  const part = `%${withoutWildcards(q)}%`;
  return or(ilike(users.email, part), ilike(users.contactEmail, part));
}

/** `undefined` conditions are left out; at least one must be there. */
export function allOf(...conditions: readonly (SQL | undefined)[]): SQL {
  return and(...conditions) ?? sql`true`;
}

export function withoutWildcards(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** The digits of an instance id or of its beginning, with dashes in their places or with none; else null. */
function idDigits(q: string): string | null {
  const given = q.toLowerCase();
  const digits = given.replaceAll('-', '');
  if (!/^[0-9a-f]+$/.test(digits)) return null;
  if (digits.length < ID_BEGINNING_MIN_DIGITS || digits.length > UUID_DIGITS) return null;
  const isDashed = [...given].every((sign, place) => UUID_DASHES.includes(place) === (sign === '-'));
  return given === digits || isDashed ? digits : null;
}
