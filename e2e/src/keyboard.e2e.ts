import { expect, type Page } from '@playwright/test';
import { describe, it } from 'vitest';
import { expectDialogByKeyboard } from './keyboard.ts';
import { CONSOLE_PAGES, openDialog, untilSettled } from './pages.ts';
import { expectReadableTabOrder, tabTo } from './tab-order.ts';
import { useRolePages } from './testing/use-role-pages.ts';
import { openPage } from './view.ts';

const { get, goTo } = useRolePages();

const RESTART_TIMEOUT_MS = 60_000;

/** Kinds of stops whose focus has been looked at, over all pages. */
const seenLooks = new Map<string, boolean>();

const pages = CONSOLE_PAGES.filter(({ opener }) => opener === undefined);

describe.each(pages)('$name', (entry) => {
  it('is walked through by the tab key as it is read, and each stop shows itself and has a name', async () => {
    await expectReadableTabOrder(await goTo(entry), seenLooks);
  });
});

const dialogs = CONSOLE_PAGES.flatMap(({ opener, ...entry }) =>
  opener === undefined ? [] : [{ ...entry, opener }],
);

describe.each(dialogs)('the dialog $name', ({ opener, ...entry }) => {
  it('takes the focus in, keeps it, and gives it back at Escape', async () => {
    const page = await goTo(entry);
    await expectDialogByKeyboard(page, opener(page), openDialog(page));
  });
});

it('skips the navigation at the first stop', async () => {
  const { pages } = get();
  for (const [page, path] of [
    [pages.admin, '/admin/instances'],
    [pages.customer, '/'],
  ] as const) {
    await page.goto(path);
    await untilSettled(page);
    await tabTo(page, 'link', /^Skip to /);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  }
});

/** Types into the field that has the focus, whatever stood there. */
async function typeInto(page: Page, name: string | RegExp, text: string, role = 'textbox'): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.type(text);
}

async function press(page: Page, role: string, name: string | RegExp): Promise<void> {
  await tabTo(page, role, name);
  // What is asked of the server may be under way: a refused button keeps the focus and does nothing.
  await expect(page.locator(':focus')).not.toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Enter');
}

it('rescues a customer and takes the hardware back, by keyboard alone', async () => {
  const { browser, stack } = get();
  const page = await openPage(browser, { baseUrl: stack.webUrl });
  await page.goto('/sign-in');
  await untilSettled(page);
  await typeInto(page, 'Email', stack.admin.email);
  await typeInto(page, 'Password', stack.admin.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();

  await press(page, 'link', 'Instances');
  await expect(page.getByRole('link', { name: "Alice's assistant" })).toBeVisible();
  await typeInto(page, 'Search instances', 'alice', 'searchbox');
  await expect(page.getByRole('link', { name: "Heidi's assistant" })).toBeHidden();
  await press(page, 'link', "Alice's assistant");
  await expect(page.getByRole('heading', { level: 1 })).toHaveText("Alice's assistant");

  await press(page, 'button', 'Size override');
  await tabTo(page, 'radio', /^perf-4-8/);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /^perf-4-16/ })).toBeChecked();
  await typeInto(page, 'Reason', 'Out of memory');
  await tabTo(page, 'checkbox', 'Restart now');
  await page.keyboard.press('Space');
  await press(page, 'button', 'Set size override');
  await expect(openDialog(page)).toBeHidden();
  await expect(page.getByText('Admin size override')).toBeVisible();
  await expect(page.getByText('Running on 4 CPU · 16 GB')).toBeVisible({ timeout: RESTART_TIMEOUT_MS });

  await press(page, 'link', 'Instances');
  await press(page, 'button', /^Has size override/);
  await press(page, 'link', "Alice's assistant");
  await press(page, 'button', 'Clear size override');
  await tabTo(page, 'checkbox', 'Restart now');
  await page.keyboard.press('Space');
  await press(page, 'button', 'Clear size override');
  await expect(openDialog(page)).toBeHidden();
  await expect(page.getByText('Running on 1 CPU · 3 GB')).toBeVisible({ timeout: RESTART_TIMEOUT_MS });
  await expect(page.getByText('Admin size override')).toBeHidden();
  await page.context().close();
});
