import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.ts';

/** The installation: one row, whose id tags everything that it owns at the providers. */
export const fleet = pgTable(
  'fleet',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    singleton: boolean('singleton').notNull().default(true).unique(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [check('fleet_singleton', sql`${table.singleton}`)],
);
