import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

type NameColumns = Readonly<Record<'name' | 'email' | 'contactEmail', SQLWrapper>>;

/** What a person is called on the screen: by name, else by address; null where neither is known, and after a deletion. */
export function displayName({ name, email, contactEmail }: NameColumns): SQL<string | null> {
  return sql<string | null>`coalesce(nullif(${name}, ''), ${email}, ${contactEmail})`;
}
