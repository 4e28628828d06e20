import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { afterAll, beforeAll, it } from 'vitest';
import { untilSettled } from './pages.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { useBrowser } from './testing/use-browser.ts';

const MORE_INSTANCES = 55;
const ON_A_PAGE = 50;
const DEMO_TIMEOUT_MS = 180_000;

let stack: RunningStack;
beforeAll(async () => {
  stack = await startStack();
  const made = Array.from({ length: MORE_INSTANCES }, (_, n) =>
    stack.client.call('provision', { userId: `owner-${n}`, name: `Gateway ${n}`, start: false }),
  );
  await Promise.all(made);
}, DEMO_TIMEOUT_MS);
afterAll(() => stack?.stop());

const { newPage } = useBrowser();

async function openAs(path: string): Promise<Page> {
  const page = await newPage({ baseUrl: stack.webUrl });
  await signIn(page, stack.admin);
  await page.goto(path);
  await untilSettled(page);
  return page;
}

/** Of the list, not of a chart's figures. */
const rowsOf = (page: Page) =>
  page.getByRole('table', { name: /^(Instances|Size overrides|Audit log)$/ }).locator('tbody tr');
const firstRow = (page: Page) => rowsOf(page).first();

it('finds an instance by its name, and the address finds it again', async () => {
  const page = await openAs('/admin/instances');
  await page.getByRole('searchbox', { name: 'Search instances' }).fill('heidi');
  await expect(rowsOf(page)).toHaveCount(1);
  await expect(page).toHaveURL(/\?q=heidi$/);
  await page.reload();
  await expect(page.getByRole('searchbox', { name: 'Search instances' })).toHaveValue('heidi');
  await expect(firstRow(page)).toContainText('Override');
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await expect(rowsOf(page)).toHaveCount(ON_A_PAGE);
});

it('combines filters, each with how many it shows', async () => {
  const page = await openAs('/admin/instances');
  const lent = page.getByRole('button', { name: 'Has size override', exact: true });
  await expect(lent).toContainText('2');
  await lent.click();
  await expect(lent).toHaveAttribute('aria-pressed', 'true');
  await expect(rowsOf(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'northflank', exact: true }).click();
  await expect(page.getByText('No instance matches.')).toBeVisible();
  await page.goBack();
  await expect(rowsOf(page)).toHaveCount(2);
});

it('walks the pages there and back, also after a reload, and from an address alone', async () => {
  const page = await openAs('/admin/instances?sort=created_asc');
  const oldest = await firstRow(page).innerText();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText(/^51–\d+ of \d+$/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/^51–\d+ of \d+$/)).toBeVisible();
  const address = page.url();
  await page.getByRole('button', { name: 'Previous' }).click();
  await expect(firstRow(page)).toContainText(oldest.split('\n')[0] ?? '');
  await page.goto(address.replace('page=2', 'page=7'));
  await page.getByRole('button', { name: 'First page' }).click();
  await expect(page.getByText(/^1–50 of \d+$/)).toBeVisible();
});

it('leads to the first page from an address that names none', async () => {
  const page = await openAs('/admin/instances?after=nonsense&page=3');
  await expect(page.getByText('This page of the list can’t be found. Go to the first page.')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(rowsOf(page)).toHaveCount(ON_A_PAGE);
});

it('exports those selected, over several pages', async () => {
  const page = await openAs('/admin/instances');
  await firstRow(page).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByText(/^51–\d+ of \d+$/)).toBeVisible();
  await firstRow(page).getByRole('checkbox').check();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV', exact: true }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^instances-.*\.csv$/);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(3);
  await expect(page.getByText('2 instances exported.')).toBeVisible();
});

it('clears an override from its row', async () => {
  const page = await openAs('/admin/overrides');
  await expect(rowsOf(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Clear size override of Ivan' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear size override' });
  await dialog.getByRole('button', { name: 'Clear size override' }).click();
  await expect(dialog).toBeHidden();
  await expect(rowsOf(page)).toHaveCount(1);
});

it('tells who did what, from before to after, and takes it along', async () => {
  const page = await openAs('/admin/audit');
  await page.getByRole('combobox', { name: 'Action' }).selectOption('Size override');
  await expect(page).toHaveURL(/action=set_override/);
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('Succeeded');
  await page.getByRole('textbox', { name: 'Instance' }).fill(stack.demo.get('heidi') ?? '');
  await page.keyboard.press('Enter');
  await expect(rowsOf(page)).toHaveCount(1);
  await page.getByRole('button', { name: /^Details of Size override/ }).click();
  await expect(page.getByText('Imports a large archive')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export JSON' }).click();
  const rows: unknown = JSON.parse(await readFile(await (await download).path(), 'utf8'));
  expect(rows).toMatchObject([{ action: 'set_override', outcome: 'succeeded' }]);
  await page.goto('/admin/audit?action=export_audit');
  await expect(rowsOf(page)).toHaveCount(2);
});

it('says what is wrong with an instance id that is not whole', async () => {
  const page = await openAs('/admin/audit');
  await page.getByRole('textbox', { name: 'Instance' }).fill('3d7e');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/whole id of 36 characters/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Instance' })).toBeFocused();
});
