import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core';

/** The auth library's own table: throttling of sign-in. `lastRequest` is in milliseconds since 1970. */
export const rateLimits = pgTable('rate_limits', {
  id: text('id').primaryKey(),
  key: text('key').notNull().unique(),
  count: integer('count').notNull(),
  lastRequest: bigint('last_request', { mode: 'number' }).notNull(),
});
