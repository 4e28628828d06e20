import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.ts';
import { newestFirst } from './newest-first.ts';

export const USER_ROLES = ['admin', 'customer'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/**
 * People, and the owners that the platform API names. The auth library's own columns come first.
 *
 * `email` is the address a person signs in with, and is null for a user made by the API: the auth library
 * finds, resets and links people by this column alone, so a user without it cannot sign in and is never
 * merged with anyone. The address that the API gave stands in `contact_email`: for people to read and
 * search, not unique, and unknown to the auth library.
 */
export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull().default(''),
    email: text('email').unique(),
    emailVerified: boolean('email_verified').notNull().default(false),
    image: text('image'),
    createdAt: instant('created_at').notNull().defaultNow(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    role: text('role', { enum: USER_ROLES }).notNull().default('customer'),
    banned: boolean('banned').notNull().default(false),
    banReason: text('ban_reason'),
    banExpires: instant('ban_expires'),
    contactEmail: text('contact_email'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    check('users_id_format', sql`${table.id} ~ '^[A-Za-z0-9_-]{1,64}$'`),
    check('users_role_known', sql`${table.role} IN ('admin', 'customer')`),
    index('users_email_trgm_idx').using('gin', table.email.op('gin_trgm_ops')),
    index('users_id_trgm_idx').using('gin', table.id.op('gin_trgm_ops')),
    index('users_name_trgm_idx').using('gin', table.name.op('gin_trgm_ops')),
    index('users_created_at_idx').on(...newestFirst(table.createdAt, table.id)),
    index('users_admins_idx')
      .on(...newestFirst(table.createdAt, table.id))
      .where(sql`${table.role} = 'admin'`),
    index('users_contact_email_trgm_idx').using('gin', table.contactEmail.op('gin_trgm_ops')),
  ],
);
