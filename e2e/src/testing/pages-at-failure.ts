/** What the pages showed when a test failed: its own failure tells of one control at most. */
import type { Page } from '@playwright/test';
import { afterEach } from 'vitest';

const SHOWN_CHARACTERS = 1_500;
const REFUSED_MOST = 10;
const SERVER_ERROR = 500;

export interface PagesAtFailure {
  watch(page: Page): void;
  /** Text of each open page, with the requests that got no answer, or an error of the server's. */
  tell(): Promise<string>;
}

/** Registers its hook with the file that calls it: a test that fails tells of its pages, too. */
export function usePagesAtFailure(): PagesAtFailure {
  const refused = new Map<Page, string[]>();
  const tell = async () =>
    (await Promise.all([...refused].map(([page, requests]) => describePage(page, requests)))).join('\n');
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail' && refused.size > 0)
      throw new Error(`What the pages showed then:\n${await tell()}`);
  });
  return {
    watch: (page) => {
      const requests: string[] = [];
      const note = (what: string, url: string) => {
        requests.push(`${what} ${new URL(url).pathname}`);
        requests.splice(0, requests.length - REFUSED_MOST);
      };
      refused.set(page, requests);
      page.on('close', () => refused.delete(page));
      page.on('requestfailed', (request) => note(request.failure()?.errorText ?? 'no answer', request.url()));
      page.on('response', (response) => {
        if (response.status() >= SERVER_ERROR) note(String(response.status()), response.url());
      });
    },
    tell,
  };
}

async function describePage(page: Page, requests: readonly string[]): Promise<string> {
  const text = await page
    .locator('body')
    .innerText()
    .catch((error: unknown) => `(not to be read: ${error})`);
  const refused = requests.length === 0 ? '' : `\nrefused: ${requests.join(', ')}`;
  return `--- ${page.url()}${refused}\n${text.slice(0, SHOWN_CHARACTERS)}`;
}
