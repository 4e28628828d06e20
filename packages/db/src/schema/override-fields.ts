/** Fields of a stored size override that indexes go by: a query finds the index only by the very same expression. */
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/**
 * When the size was lent, as the Instance wrote it: RFC 3339 in UTC with milliseconds, so that the order of the texts
 * is that of the times. Empty where the override can't be read.
 */
export function overrideSetAt(override: SQLWrapper): SQL {
  return sql`coalesce(substring(${override} ->> 'setAt' from '^[0-9TZ:.+-]{1,40}$'), '')`;
}

/** The id of the admin who lent the size. */
export function overrideActorId(override: SQLWrapper): SQL {
  return sql`(${override} ->> 'actorId')`;
}
