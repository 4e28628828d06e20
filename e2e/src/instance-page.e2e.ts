import { expect, type Page } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { pauseControlPlane } from './bad-weather.ts';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { watchErrors } from './page-errors.ts';
import { untilSettled } from './pages.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { openPage } from './view.ts';

const START_ROUTE = 'POST /v1/apps/{app}/machines/{machine}/start';
const HELD_TIMEOUT_MS = 30_000;
const DONE_TIMEOUT_MS = 30_000;
/** Longer than the page waits between two looks. */
const LOOKED_AGAIN_TIMEOUT_MS = 60_000;
/** As long as a second toast would have taken to come. */
const QUIET_MS = 3_000;

let stack: RunningStack;
let opened: OpenBrowser;
let page: Page;
let errors: readonly string[];

beforeAll(async () => {
  stack = await startStack();
  opened = await openBrowser();
  page = await openPage(opened.browser, { baseUrl: stack.webUrl });
  errors = watchErrors(page);
  await signIn(page, stack.admin);
});
beforeEach(() => stack.fly.clearFaults());
afterAll(async () => {
  await opened?.close();
  await stack?.stop();
});

async function open(userId: string, search = ''): Promise<void> {
  await page.goto(`/admin/instances/${stack.demo.get(userId)}${search}`);
  await untilSettled(page);
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const property = (label: string) =>
  page.getByRole('region', { name: 'Live status' }).locator('dt', { hasText: label }).locator('xpath=..');

describe('a resize of a running instance', () => {
  it('shows its steps, is found again after a reload, and is told once at its end', async () => {
    await open('alice');
    const hold = await stack.fly.arm({ route: START_ROUTE, nth: 1, kind: 'hold_before' });
    await button('Resize tier').click();
    await dialog()
      .getByRole('radio', { name: /perf-4-8/ })
      .check();
    await dialog().getByLabel('Stop, resize and start now').check();
    await dialog().getByRole('button', { name: 'Resize tier', exact: true }).click();
    await expect(dialog()).toHaveCount(0);
    const steps = page.getByRole('list', { name: 'Steps of Resize tier' }).first();
    await expect(steps).toBeVisible();
    await stack.fly.untilHeld(hold, HELD_TIMEOUT_MS);
    await expect(button('Restart')).toHaveAttribute('aria-disabled', 'true');
    await expect(button('Restart')).toHaveAccessibleDescription(/Another operation is under way/);

    await page.reload();
    await expect(steps.getByText('Start the machine')).toBeVisible();
    await stack.fly.release(hold, 'proceed');
    const toast = page.getByText("Alice's assistant is resized");
    await expect(toast).toHaveCount(1, { timeout: DONE_TIMEOUT_MS });
    await expect(page.getByLabel('Instance tier')).toHaveText('perf-4-8');
    await expect(property('Volume size')).toContainText('20 GB');
    await expect(property('Machine size')).toContainText('Running on 4 CPU · 8 GB');
    await page.waitForTimeout(QUIET_MS);
    await expect(toast).toHaveCount(1);

    const entry = page.getByRole('list', { name: 'Operations' }).getByRole('listitem').first();
    await expect(entry).toContainText(/Resize tier.*Succeeded.*by Admin/);
    await expect(entry).toContainText(/RAM\s*3 GB\s*to\s*8 GB/);
  });
});

describe('a lent size', () => {
  it('stands above the live status with who, why and until when, and is cleared from here', async () => {
    await open('heidi');
    const alert = page.getByRole('region', { name: 'Admin size override' });
    await expect(alert).toContainText(/4 CPU · 16 GB · Admin, .* — Imports a large archive, expires in/);
    await expect(alert).not.toContainText(/bill/i);
    await expect(property('Machine size')).toContainText('Billed 1 CPU · 3 GB');
    await button('Clear size override').click();
    await dialog().getByRole('button', { name: 'Clear size override', exact: true }).click();
    await expect(alert).toHaveCount(0);
    await expect(button('Override')).toHaveCount(0);
    await expect(property('Why this size')).toContainText('the lent size has ended');
    await expect(button('Clear size override')).toHaveAttribute('aria-disabled', 'true');
  });

  it('that awaits its restart says so', async () => {
    await open('ivan');
    await expect(page.getByRole('region', { name: 'Admin size override' })).toContainText('pending restart');
  });
});

describe('the end of an instance', () => {
  it('needs its name typed, and leaves a page that says what is left', async () => {
    await open('bob');
    await button('Destroy').click();
    await expect(dialog()).toContainText('bob@example.com');
    const confirm = dialog().getByRole('button', { name: 'Destroy', exact: true });
    await expect(confirm).toHaveAttribute('aria-disabled', 'true');
    await expectAccessible(page);
    await dialog().getByLabel("Type Bob's assistant to confirm").fill("Bob's assistant");
    await confirm.click();
    await expect(page.getByRole('region', { name: 'Destroyed' })).toBeVisible({ timeout: DONE_TIMEOUT_MS });
    await expect(button('Start')).toHaveAccessibleDescription(/has been destroyed/);
  });
});

describe('the address', () => {
  it('holds the tab', async () => {
    await open('heidi', '?tab=configuration');
    await expect(page.getByRole('tab', { name: 'Configuration' })).toHaveAttribute('aria-selected', 'true');
    await page.getByRole('tab', { name: 'Audit' }).click();
    await expect(page).toHaveURL(/tab=audit/);
    await expect(page.getByRole('table', { name: 'Audit log' })).toContainText('Size override');
  });

  it('of nothing leads back to the list', async () => {
    await page.goto('/admin/instances/00000000-0000-4000-8000-000000000000');
    await page.getByRole('link', { name: 'Go to the instances' }).click();
    await expect(page).toHaveURL(/\/admin\/instances$/);
  });
});

describe('without the control plane', () => {
  it('the page stays as it was, says so, and is up to date again by itself', async () => {
    await open('erin');
    const outage = await pauseControlPlane(stack);
    const notice = page.getByRole('region', { name: 'Not up to date' });
    await expect(notice).toBeVisible({ timeout: LOOKED_AGAIN_TIMEOUT_MS });
    await expect(property('Status')).toContainText('Running');
    await outage.end();
    await expect(notice).toHaveCount(0, { timeout: LOOKED_AGAIN_TIMEOUT_MS });
  });
});

it('none of this has left an error in the browser', () => {
  expect(errors).toEqual([]);
});
