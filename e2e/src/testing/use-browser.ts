/** One browser for a test file, a fresh page for each test. */
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { type OpenBrowser, openBrowser } from '../browser.ts';
import { watchErrors } from '../page-errors.ts';
import { openPage, type View } from '../view.ts';
import { usePagesAtFailure } from './pages-at-failure.ts';
import { serveStatic } from './static-page.ts';

const BROWSER_TIMEOUT_MS = 180_000;

/** Registers its hooks with the file that calls it. */
export function useBrowser() {
  let opened: OpenBrowser | undefined;
  const pagesAtFailure = usePagesAtFailure();
  beforeAll(async () => {
    opened = await openBrowser();
  }, BROWSER_TIMEOUT_MS);
  afterAll(() => opened?.close(), BROWSER_TIMEOUT_MS);

  /** A page of its own context: nothing is shared with another test. An error in it fails the test. */
  const newPage = async (view?: Partial<View>): Promise<Page> => {
    if (opened === undefined) throw new Error('The browser is not open yet: ask for pages in tests.');
    const page = await openPage(opened.browser, view);
    const errors = watchErrors(page);
    pagesAtFailure.watch(page);
    onTestFinished(async () => {
      await page.context().close();
      expect(errors, 'errors in the page').toEqual([]);
    });
    return page;
  };

  /** A page that shows this body. */
  const showStatic = async (body: string, head = '', view?: Partial<View>): Promise<Page> => {
    const served = await serveStatic(body, head);
    onTestFinished(() => served.close());
    const page = await newPage(view);
    await page.goto(served.url);
    return page;
  };
  return { newPage, showStatic };
}
