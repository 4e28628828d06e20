/** A customer starts, stops and restarts their own instance, and sees how it goes. */
import { expect, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { expectNoSidewaysScroll } from './layout.ts';
import { untilSettled } from './pages.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { openPage, resizeTo } from './view.ts';

const HELD_TIMEOUT_MS = 20_000;
const ENDED_TIMEOUT_MS = 60_000;
const START_ROUTE = 'POST /v1/apps/{app}/machines/{machine}/start';

let stack: RunningStack;
let opened: OpenBrowser;
let page: Page;

beforeAll(async () => {
  stack = await startStack();
  opened = await openBrowser();
});
beforeEach(async () => {
  page = await openPage(opened.browser, { baseUrl: stack.webUrl });
  await signIn(page, stack.customer);
  await page.goto('/');
  await untilSettled(page);
});
afterEach(() => page?.context().close());
afterAll(async () => {
  await opened?.close();
  await stack?.stop();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const toast = (text: string) => page.locator('[data-sonner-toast]').getByText(text, { exact: true });

describe('a customer', () => {
  it('sees each step of a restart, also after a reload, and how it ended', async () => {
    const fault = await stack.fly.arm({ route: START_ROUTE, nth: 1, kind: 'hold_before' });
    await button('Restart').click();
    await stack.fly.untilHeld(fault, HELD_TIMEOUT_MS);
    const steps = page.getByRole('list', { name: 'Steps of Restarting' });
    await expect(steps.getByRole('listitem')).toHaveText([
      'Prepare: Done',
      'Stop: Done',
      'Start: Running',
      'Wait until it runs: Not started',
    ]);
    await page.reload();
    await expect(steps).toBeVisible();
    await expect(button('Stop')).toHaveAccessibleDescription(/^Something is under way on your instance/);
    await expectAccessible(page);
    await stack.fly.release(fault, 'proceed');
    await expect(toast('You restarted your instance')).toBeVisible({ timeout: ENDED_TIMEOUT_MS });
    await expect(steps).toHaveCount(0);
  });

  it('stops it, and starts it again; what changes nothing says so', async () => {
    await expect(button('Start')).toHaveAccessibleDescription('Your instance is running already.');
    await button('Stop').click();
    await expect(toast('You stopped your instance')).toBeVisible({ timeout: ENDED_TIMEOUT_MS });
    await expect(button('Stop')).toHaveAccessibleDescription('Your instance is not running.');
    await expect(button('Restart')).toHaveAccessibleDescription(
      'Your instance is not running. Start it instead.',
    );
    await button('Start').click();
    await expect(toast('You started your instance')).toBeVisible({ timeout: ENDED_TIMEOUT_MS });
    await expect(button('Stop')).not.toHaveAttribute('aria-disabled');
  });

  it('finds the page whole on a phone, in both themes', async () => {
    await resizeTo(page, 390);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  });

  it('is told that there is nothing at the address of somebody else’s instance', async () => {
    await page.goto(`/instances/${stack.demo.get('bob')}`);
    await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible();
  });
});
