/** Who can sign in to the console at first: made with random passwords, kept in the data folder, told at each start. */
import { randomBytes } from 'node:crypto';
import { ensureCustomerSignIn, ensureFirstAdmin } from '@kiloclaw/db/password-accounts';
import { hashPassword } from '@kiloclaw/web/password';
import { z } from 'zod';
import { type Env, isProduction } from './configuration.ts';
import type { DataFolder } from './data-folder.ts';
import { ensureFirstAdminLink, type FirstAdmin } from './first-admin.ts';
import { StartError } from './start-error.ts';
import { readStartSettings } from './start-settings.ts';

const PASSWORD_BYTES = 12;
const DEMO_CUSTOMER = { userId: 'alice', email: 'alice@example.com', name: 'Alice' };

const AccountSchema = z.object({ userId: z.string(), email: z.string(), password: z.string() });
type Account = z.infer<typeof AccountSchema>;
/** Null where we did not make one: the database had an admin already, or there is no demo. */
export const AccountsSchema = z.object({
  admin: AccountSchema.nullable(),
  customer: AccountSchema.nullable(),
});
export type Accounts = z.infer<typeof AccountsSchema>;

const newPassword = () => randomBytes(PASSWORD_BYTES).toString('base64url');

async function readAccounts(folder: DataFolder): Promise<Accounts> {
  const text = await folder.read('accounts');
  if (text === null) return { admin: null, customer: null };
  try {
    return AccountsSchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(`The file ${folder.path('accounts')} is damaged: remove it, and start again.`);
  }
}

interface SignInOptions {
  readonly env: Env;
  readonly withDemo: boolean;
}

/** A production gets a one-time link for its first admin, and no account whose password is written down. */
export async function letPeopleIn(
  folder: DataFolder,
  ownerUrl: string,
  options: SignInOptions,
): Promise<{ readonly accounts: Accounts; readonly firstAdmin: FirstAdmin | null }> {
  if (!isProduction(options.env))
    return { accounts: await ensureAccounts(folder, ownerUrl, options), firstAdmin: null };
  const firstAdmin = await ensureFirstAdminLink(folder, ownerUrl, options.env);
  return { accounts: { admin: null, customer: null }, firstAdmin };
}

/** The passwords are those of the first start: who has changed one since knows it. */
export async function ensureAccounts(
  folder: DataFolder,
  ownerUrl: string,
  { env, withDemo }: SignInOptions,
): Promise<Accounts> {
  const known = await readAccounts(folder);
  const email = readStartSettings(env).KILOCLAW_ADMIN_EMAIL.toLowerCase();
  const password = newPassword();
  const account = { email, name: 'Admin', passwordHash: await hashPassword(password) };
  // Kept before they are used: a start that is cut off must not leave accounts whose passwords nobody knows.
  const keep = (accounts: Accounts) => folder.write('accounts', `${JSON.stringify(accounts, null, 2)}\n`);
  const made = { email, password };
  const userId = await ensureFirstAdmin(ownerUrl, account, (id) =>
    keep({ ...known, admin: { userId: id, ...made } }),
  );
  const admin = userId === null ? known.admin : { userId, ...made };
  const accounts = { admin, customer: known.customer ?? (withDemo ? newCustomer() : null) };
  await keep(accounts);
  if (withDemo && accounts.customer !== null) await ensureCustomer(ownerUrl, accounts.customer);
  return accounts;
}

function newCustomer() {
  const { userId, email } = DEMO_CUSTOMER;
  return { userId, email, password: newPassword() };
}

/** At every start: the one before may have been cut off. Who can sign in already is left alone. */
async function ensureCustomer(ownerUrl: string, { userId, email, password }: Account): Promise<void> {
  const { name } = DEMO_CUSTOMER;
  await ensureCustomerSignIn(ownerUrl, userId, { email, name, passwordHash: await hashPassword(password) });
}
