/** One stack and one browser for a test file, with a page for each kind of reader that its tests share. */
import type { Page } from '@playwright/test';
import { afterAll, beforeAll } from 'vitest';
import { type OpenBrowser, openBrowser } from '../browser.ts';
import { type ConsolePage, type Role, type Surroundings, surroundingsOf, visit } from '../pages.ts';
import { openRolePages } from '../role-pages.ts';
import { type RunningStack, startStack } from '../stack.ts';
import { usePagesAtFailure } from './pages-at-failure.ts';

interface Running {
  readonly stack: RunningStack;
  readonly browser: OpenBrowser['browser'];
  readonly pages: Readonly<Record<Role, Page>>;
  readonly surroundings: Surroundings;
}

/** Registers its hooks with the file that calls it. */
export function useRolePages() {
  let stack: RunningStack | undefined;
  let opened: OpenBrowser | undefined;
  let running: Running | undefined;
  const pagesAtFailure = usePagesAtFailure();
  beforeAll(async () => {
    [stack, opened] = await Promise.all([startStack(), openBrowser()]);
    const { browser } = opened;
    const pages = await openRolePages(browser, stack);
    for (const page of Object.values(pages)) pagesAtFailure.watch(page);
    running = { stack, browser, pages, surroundings: await surroundingsOf(stack, pages.admin) };
  });
  afterAll(async () => {
    await opened?.close();
    await stack?.stop();
  });

  const get = (): Running => {
    if (running === undefined) throw new Error('The stack is not there yet: ask for it in tests.');
    return running;
  };
  return {
    get,
    /** The page of the entry's reader, at the entry. */
    goTo: async (entry: ConsolePage): Promise<Page> => {
      const { pages, surroundings } = get();
      const page = pages[entry.role];
      await visit(page, entry, surroundings);
      return page;
    },
  };
}
