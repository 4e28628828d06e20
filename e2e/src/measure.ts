/** How long a person waits: from what they do, by the browser's own clock, until a new first row stands there. */
import type { Page } from '@playwright/test';

const ROWS_TIMEOUT_MS = 60_000;
const FIRST_ROW = 'main table tbody tr:has(a)';

/** The middle one, of an even number the mean of both. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const middle = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  if (middle.length === 0) throw new Error('There is no median of nothing.');
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** What the first row says; null while there is none. */
export function firstRow(page: Page): Promise<string | null> {
  return page.evaluate((selector) => document.querySelector(selector)?.textContent ?? null, FIRST_ROW);
}

/** When a first row stands there, other than `before`, and nothing of the table is still to come: by the page's clock. */
async function untilRows(page: Page, before: string | null): Promise<number> {
  const seen = await page.waitForFunction(
    ([selector, old]) => {
      const row = document.querySelector(selector);
      const isThere = row !== null && row.textContent !== old && row.closest('[aria-busy="true"]') === null;
      return isThere && performance.now();
    },
    [FIRST_ROW, before] as const,
    { polling: 'raf', timeout: ROWS_TIMEOUT_MS },
  );
  return Number(await seen.jsonValue());
}

/** From the begin of the navigation, in ms. */
export async function timeNavigation(page: Page, path: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(path, { waitUntil: 'commit' });
  return untilRows(page, null);
}

/** From the click or the last key that `act` makes, in ms. */
export async function timeAction(page: Page, act: () => Promise<void>): Promise<number> {
  const before = await firstRow(page);
  await page.evaluate(() => {
    const note = () => Reflect.set(window, 'actedAtMs', performance.now());
    for (const event of ['click', 'input']) addEventListener(event, note, { capture: true });
  });
  await act();
  const until = await untilRows(page, before);
  return until - (await page.evaluate(() => Number(Reflect.get(window, 'actedAtMs'))));
}

/** A bare call of a query by the page's own `fetch`, its body read, in ms. */
export function timeQuery(page: Page, procedure: string, input: unknown): Promise<number> {
  const address = `/api/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
  return page.evaluate(async (url) => {
    const sentAt = performance.now();
    const answer = await fetch(url);
    await answer.text();
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
    return performance.now() - sentAt;
  }, address);
}
