/** How the first person gets into the console of a production: by a one-time link in a file, never by a password that we know. */
import { AdminLinkError, createAdmin, installationHasAdmin } from '@kiloclaw/web/admin-link';
import { type Env, given } from './configuration.ts';
import type { DataFolder } from './data-folder.ts';
import { StartError } from './start-error.ts';

/** `there`: somebody can sign in. `linked`: the link is in its file. `none`: nobody can, and no address is known. */
export type FirstAdmin = 'there' | 'linked' | 'none';

/**
 * At every start, until an admin can sign in, a new link for `KILOCLAW_ADMIN_EMAIL` replaces the last one. It stands in a
 * file, since what is printed ends in the system's journal.
 */
export async function ensureFirstAdminLink(
  folder: DataFolder,
  ownerUrl: string,
  env: Env,
): Promise<FirstAdmin> {
  if (await installationHasAdmin(ownerUrl)) {
    await folder.remove('adminLink');
    return 'there';
  }
  const email = given(env, 'KILOCLAW_ADMIN_EMAIL');
  const origin = given(env, 'KILOCLAW_WEB_ORIGIN');
  if (email === undefined || origin === undefined) return 'none';
  try {
    const { link } = await createAdmin(ownerUrl, { email, origin });
    await folder.write('adminLink', `${link}\n`);
    return 'linked';
  } catch (error) {
    if (error instanceof AdminLinkError) throw new StartError(`KILOCLAW_ADMIN_EMAIL: ${error.message}`);
    throw error;
  }
}
