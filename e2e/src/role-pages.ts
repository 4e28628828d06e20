/** A page for each kind of reader, signed in once: guessing at passwords is throttled. */
import type { Browser, Page } from '@playwright/test';
import type { Role } from './pages.ts';
import { signIn } from './sign-in.ts';
import type { RunningStack } from './stack.ts';
import { openPage } from './view.ts';

/** Each in a context of its own. */
export async function openRolePages(browser: Browser, stack: RunningStack): Promise<Record<Role, Page>> {
  const open = () => openPage(browser, { baseUrl: stack.webUrl });
  const [guest, customer, admin] = await Promise.all([open(), open(), open()]);
  await signIn(customer, stack.customer);
  await signIn(admin, stack.admin);
  return { guest, customer, admin };
}
