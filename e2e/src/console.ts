/** Where things stand in the console, by the names that a person or a screen reader finds them by. */
import { expect, type Locator, type Page } from '@playwright/test';

/** What takes a machine's stop and start, on a slow machine. */
export const OPERATION = { timeout: 60_000 };
/** What the registry, and a page that asks it now and then, need to hear of it. */
export const ARRIVAL = { timeout: 45_000 };

export function actionButton(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Actions' }).getByRole('button', { name, exact: true });
}

/** Clicks an action of the instance's page and answers the dialog that opens. */
export async function openAction(page: Page, name: string): Promise<Locator> {
  await actionButton(page, name).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

/** The value of a term within a list of properties. */
export function factOf(within: Locator, term: string): Locator {
  return within
    .getByRole('term')
    .filter({ hasText: new RegExp(`^${term}$`) })
    .locator('xpath=following-sibling::*[1]');
}

export function liveStatus(page: Page, term: string): Locator {
  return factOf(page.getByRole('region', { name: 'Live status' }), term);
}

/** The row of the table `Before and after`: its cells are what is, and what will be. */
export function beforeAfterRow(dialog: Locator, hardware: string): Locator {
  const header = dialog.page().getByRole('rowheader', { name: hardware, exact: true });
  return dialog.getByRole('table', { name: 'Before and after' }).getByRole('row').filter({ has: header });
}

export async function expectBeforeAfter(
  dialog: Locator,
  rows: Readonly<Record<string, readonly [string, string]>>,
): Promise<void> {
  for (const [hardware, cells] of Object.entries(rows))
    await expect(beforeAfterRow(dialog, hardware).getByRole('cell')).toHaveText([...cells]);
}

/** How something ended, as the corner of the screen tells it. */
export function toast(page: Page, text: string | RegExp): Locator {
  return page
    .getByRole('region', { name: /^Notifications/ })
    .getByRole('listitem')
    .filter({ hasText: text });
}

/** The newest operation of a kind in the timeline of the instance's page. */
export function timelineEntry(page: Page, kind: string): Locator {
  const heading = page.getByRole('heading', { name: kind, exact: true });
  return page
    .getByRole('list', { name: 'Operations', exact: true })
    .getByRole('listitem')
    .filter({ has: heading })
    .first();
}

/** The row of an instance in a table of them, by its name. */
export function instanceRow(page: Page, name: string): Locator {
  const link = page.getByRole('link', { name, exact: true });
  return page.getByRole('row').filter({ has: link });
}

/** A button that may not be used now, and says why to whoever gets to it. */
export async function expectRefused(button: Locator, reason: string | RegExp): Promise<void> {
  await expect(button).toBeDisabled();
  await expect(button).toHaveAccessibleDescription(reason);
}
