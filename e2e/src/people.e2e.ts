import { expect as expectPage, type Page } from '@playwright/test';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { untilSettled } from './pages.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { useBrowser } from './testing/use-browser.ts';

const DESTROYED_TIMEOUT_MS = 60_000;
const PASSWORD = 'a-password-of-her-own';
const DELETE_VOLUME = 'DELETE /v1/apps/{app}/volumes/{volume}';

let stack: RunningStack;
const { newPage } = useBrowser();

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

async function adminAt(path: string): Promise<Page> {
  const page = await newPage({ baseUrl: stack.webUrl });
  await signIn(page, stack.admin);
  await page.goto(path);
  await untilSettled(page);
  return page;
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog');

async function begunDeletion(userId: string): Promise<Page> {
  const page = await adminAt(`/admin/people/${userId}`);
  await button(page, 'Delete person').click();
  await expectPage(dialog(page).getByRole('list', { name: 'Instances' }).getByRole('listitem')).toHaveCount(
    1,
  );
  await expectAccessible(page);
  const confirm = dialog(page).getByRole('button', { name: 'Delete person', exact: true });
  await expectPage(confirm).toHaveAttribute('aria-disabled', 'true');
  await dialog(page).getByLabel(`Type ${userId}@example.com to confirm`).fill(`${userId}@example.com`);
  await confirm.click();
  await expectPage(page.getByRole('heading', { name: 'Deleted person' })).toBeVisible();
  return page;
}

it('each figure of the fleet leads to the instances that it counts', async () => {
  const page = await adminAt('/admin');
  await expectAccessible(page);
  const custom = page
    .getByRole('list', { name: 'Instances by tier' })
    .getByRole('listitem')
    .filter({ hasText: 'Custom' });
  const count = Number((await custom.innerText()).replace(/\D/g, ''));
  await custom.getByRole('link').click();
  await expectPage(page).toHaveURL(/\/admin\/instances\?tier=custom$/);
  await expectPage(page.getByRole('table', { name: 'Instances' }).locator('tbody tr')).toHaveCount(count);
});

it('an invitation is a link that lets its person in, who can then be made an admin', async () => {
  const page = await adminAt('/admin/people');
  await expectAccessible(page);
  await button(page, 'Invite a person').click();
  await expectAccessible(page);
  await dialog(page).getByLabel('Email', { exact: true }).fill('peggy@example.com');
  await dialog(page).getByRole('textbox', { name: 'Name', exact: true }).fill('Peggy');
  await button(page, 'Make the link').click();
  const link = await page.getByLabel('One-time link', { exact: true }).inputValue();
  expect(link).toMatch(/\/invitation#[\w-]{43}$/);
  await button(page, 'Done').click();

  const guest = await newPage({ baseUrl: stack.webUrl });
  await guest.goto(link);
  for (const label of ['Password', 'Repeat password'])
    await guest.getByLabel(label, { exact: true }).fill(PASSWORD);
  await button(guest, 'Set password').click();
  await expectPage(guest).toHaveURL(`${stack.webUrl}/`);

  await page.getByRole('searchbox', { name: 'Search people' }).fill('peggy');
  await expectPage(page).toHaveURL(/\?q=peggy$/);
  await page.getByRole('link', { name: 'Peggy', exact: true }).click();
  await expectPage(page.getByRole('heading', { name: 'Peggy' })).toBeVisible();
  await expectPage(page.getByText('Can sign in')).toBeVisible();
  await button(page, 'Make admin').click();
  await dialog(page).getByRole('button', { name: 'Make admin', exact: true }).click();
  await expectPage(button(page, 'Make customer')).toBeVisible();
});

it('the last admin and oneself can’t be deleted, and the page says why', async () => {
  const page = await adminAt('/admin/people?role=admin&q=admin@example.com');
  await page.getByRole('table', { name: 'People' }).getByRole('link').first().click();
  await expectPage(button(page, 'Delete person')).toHaveAttribute('aria-disabled', 'true');
  await expectPage(button(page, 'Delete person')).toHaveAccessibleDescription(/admin/);
});

it('a person is deleted with their instance, step by step, and a toast tells the end', async () => {
  const page = await begunDeletion('grace');
  await expectPage(page.getByRole('list', { name: 'Steps of the deletion' })).toBeVisible();
  await expectPage(page.getByText('The person is deleted')).toBeVisible({ timeout: DESTROYED_TIMEOUT_MS });
  await expectPage(page.getByText('Complete: nothing of theirs is left but the id.')).toBeVisible();
  await expectAccessible(page);
  expect(await page.content()).not.toContain('grace@example.com');
});

it('a deletion that a reload has cut off is gone on with from the person’s page', async () => {
  const held = await stack.fly.arm({ route: DELETE_VOLUME, nth: 1, kind: 'hold_before' });
  const page = await begunDeletion('frank');
  await stack.fly.untilHeld(held, DESTROYED_TIMEOUT_MS);
  await page.reload();
  await expectPage(page.getByText('1 instance to go')).toBeVisible();
  await button(page, 'Go on').click();
  await expectPage(page.getByText('Under way.')).toBeVisible();
  await stack.fly.release(held, 'proceed');
  await expectPage(page.getByText('The person is deleted')).toBeVisible({ timeout: DESTROYED_TIMEOUT_MS });
});
