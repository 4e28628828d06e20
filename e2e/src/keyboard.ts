/** What a person without a mouse meets: the order of the tab key, the mark of the focus, the way out of a dialog. */
import { expect, type Locator, type Page } from '@playwright/test';

const RING_PX = 6;
const TABS_IN_DIALOG = 30;

export interface FocusStop {
  readonly role: string;
  /** The accessible name; empty where there is none. */
  readonly name: string;
  /** Whether one can see that it has the focus. */
  readonly isVisible: boolean;
}

/** Role and name of what has the focus, as a screen reader gets them; null where the page itself has it. */
export async function focusedElement(page: Page): Promise<Pick<FocusStop, 'role' | 'name'> | null> {
  const session = await page.context().newCDPSession(page);
  try {
    const { result } = await session.send('Runtime.evaluate', { expression: 'document.activeElement' });
    if (result.objectId === undefined || result.className === 'HTMLBodyElement') return null;
    const { nodes } = await session.send('Accessibility.getPartialAXTree', {
      objectId: result.objectId,
      fetchRelatives: false,
    });
    const [node] = nodes;
    return { role: String(node?.role?.value ?? ''), name: String(node?.name?.value ?? '').trim() };
  } finally {
    await session.detach();
  }
}

/** Compares the picture of the focused element and its surroundings with and without the focus. */
export async function isFocusVisible(page: Page): Promise<boolean> {
  const focused = await page.evaluateHandle(() => document.activeElement);
  const element = focused.asElement();
  try {
    await element?.scrollIntoViewIfNeeded();
    const box = await element?.boundingBox();
    if (element === null || !box) return false;
    const clip = {
      x: Math.max(0, box.x - RING_PX),
      y: Math.max(0, box.y - RING_PX),
      width: box.width + 2 * RING_PX,
      height: box.height + 2 * RING_PX,
    };
    const picture = () => page.screenshot({ clip, animations: 'disabled', caret: 'hide' });
    const withFocus = await picture();
    await element.evaluate((node) => node instanceof HTMLElement && node.blur());
    const without = await picture();
    await element.evaluate((node) => node instanceof HTMLElement && node.focus({ preventScroll: true }));
    return !withFocus.equals(without);
  } finally {
    await focused.dispose();
  }
}

/** Presses Tab so many times from where the focus is; what had the focus after each. Passes over the page itself. */
export async function walkTabOrder(page: Page, presses: number): Promise<FocusStop[]> {
  const stops: FocusStop[] = [];
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    const element = await focusedElement(page);
    if (element !== null) stops.push({ ...element, isVisible: await isFocusVisible(page) });
  }
  return stops;
}

/** Throws for each stop of the tab key that has no name, or that cannot be seen to have the focus. */
export async function expectVisibleTabOrder(page: Page, presses: number): Promise<FocusStop[]> {
  const stops = await walkTabOrder(page, presses);
  const wrong = stops
    .filter(({ name, isVisible }) => name === '' || !isVisible)
    .map(({ role, name, isVisible }) => `${role} "${name}" ${isVisible ? 'has no name' : 'shows no focus'}`);
  if (wrong.length > 0) throw new Error(`${page.url()} by keyboard:\n${wrong.join('\n')}`);
  return stops;
}

/** Opens a dialog from its button by keyboard: the focus goes in, stays in, and after Escape is back on the button. */
export async function expectDialogByKeyboard(page: Page, button: Locator, dialog: Locator): Promise<void> {
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  const focusIsInside = () => dialog.evaluate((element) => element.contains(document.activeElement));
  await expect.poll(focusIsInside, { message: 'the focus goes into the dialog' }).toBe(true);
  for (let press = 0; press < TABS_IN_DIALOG; press += 1) {
    await page.keyboard.press('Tab');
    expect(await focusIsInside(), `the focus stays in the dialog after ${press + 1} tabs`).toBe(true);
  }
  // What is told of a button goes first.
  if ((await page.getByRole('tooltip').count()) > 0) await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button, 'the focus is back where it came from').toBeFocused();
  // A page may give it back and take it away again before anybody sees the next picture.
  await nextPicture(page);
  expect(await button.evaluate((element) => element === document.activeElement), FOCUS_STAYS).toBe(true);
}

const FOCUS_STAYS = 'the focus stays where it came back to';

/** What the page has asked to do with its next picture is done by then: it stands in line before us. */
function nextPicture(page: Page): Promise<void> {
  return page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}
