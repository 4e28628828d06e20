import { accounts } from './schema/accounts.ts';
import { rateLimits } from './schema/rate-limits.ts';
import { sessions } from './schema/sessions.ts';
import { users } from './schema/users.ts';
import { verifications } from './schema/verifications.ts';

/**
 * The tables under the names by which the auth library's Drizzle adapter looks for them. Its admin plugin
 * must be told `defaultRole: 'customer'`, since the role column knows `admin` and `customer` alone.
 */
export const authSchema = {
  user: users,
  session: sessions,
  account: accounts,
  verification: verifications,
  rateLimit: rateLimits,
};
