/** One stack and one browser for a test file, and pages of people who are signed in to it. */
import type { Page } from '@playwright/test';
import { afterAll, beforeAll } from 'vitest';
import { signIn } from '../sign-in.ts';
import { type RunningStack, startStack } from '../stack.ts';
import { useBrowser } from './use-browser.ts';

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>;

/** Registers its hooks with the file that calls it. */
export function useConsole() {
  const { newPage } = useBrowser();
  let running: RunningStack | undefined;
  /** A session lasts longer than a file: each person signs in once. */
  const sessions = new Map<'admin' | 'customer', Cookies>();
  beforeAll(async () => {
    running = await startStack();
  });
  afterAll(() => running?.stop());

  const stack = (): RunningStack => {
    if (running === undefined) throw new Error('The stack is not started yet: ask for it in tests.');
    return running;
  };

  /** A page of nobody's. */
  const guestPage = (baseUrl = stack().webUrl): Promise<Page> => newPage({ baseUrl });

  /** A page at a path of the console, signed in with a printed account. */
  const pageOf = async (role: 'admin' | 'customer', path = '/'): Promise<Page> => {
    const page = await guestPage();
    const session = sessions.get(role);
    if (session === undefined) {
      await signIn(page, stack()[role]);
      sessions.set(role, await page.context().cookies());
    } else {
      await page.context().addCookies(session);
    }
    await page.goto(path);
    return page;
  };
  return { stack, guestPage, pageOf };
}
