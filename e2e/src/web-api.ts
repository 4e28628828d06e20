/** The web's procedures, asked with the session of a page. */
import type { Page } from '@playwright/test';

const EXAMPLE_GUEST = 'invited@example.com';

/** Calls a mutation, which must succeed; its answer is for the caller to know. */
async function mutate(page: Page, procedure: string, input: unknown): Promise<unknown> {
  const origin = new URL(page.url()).origin;
  const answer = await page.request.post(`${origin}/api/trpc/${procedure}`, {
    data: input,
    headers: { origin },
  });
  if (!answer.ok()) throw new Error(`${procedure} answered ${answer.status()}: ${await answer.text()}`);
  const body: unknown = await answer.json();
  return Reflect.get(Object(Reflect.get(Object(body), 'result')), 'data');
}

/** The address, without its origin, of an invitation made by the admin who is signed in on this page. */
export async function makeInvitation(admin: Page): Promise<string> {
  const made = await mutate(admin, 'admin.people.invite', { email: EXAMPLE_GUEST });
  const link: unknown = Reflect.get(Object(made), 'link');
  if (typeof link !== 'string') throw new Error('The invitation has no link.');
  const { pathname, hash } = new URL(link);
  return `${pathname}${hash}`;
}
