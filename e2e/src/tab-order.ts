/** The way of the tab key through a whole page: every stop has a name and shows its focus, and the way is the eye's. */
import type { Page } from '@playwright/test';
import { type FocusStop, focusedElement, isFocusVisible } from './keyboard.ts';

/** More stops than any page has. */
const STOPS_MAX = 250;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PlacedStop extends FocusStop {
  /** On the page, not in the window. */
  readonly box: Box;
}

interface Place {
  readonly box: Box;
  /** Tag and classes: what looks the same shows its focus in the same way. */
  readonly looks: string;
  /** It had the focus before on this walk. */
  readonly wasSeen: boolean;
}

/** Of what has the focus; null for the page itself. */
function placeOfFocus(page: Page): Promise<Place | null> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const wasSeen = element.hasAttribute('data-walked');
    element.setAttribute('data-walked', '');
    return {
      box: {
        left: left + scrollX,
        right: right + scrollX,
        top: top + scrollY,
        bottom: bottom + scrollY,
      },
      looks: `${element.tagName} ${element.getAttribute('class') ?? ''}`,
      wasSeen,
    };
  });
}

/**
 * Presses Tab from the top of the page until the focus has been everywhere. `seenLooks` keeps, over many pages, what has
 * been looked at: a picture is taken of each kind of stop once.
 */
export async function walkPage(page: Page, seenLooks: Map<string, boolean>): Promise<PlacedStop[]> {
  const stops: PlacedStop[] = [];
  for (let press = 0; press < STOPS_MAX; press += 1) {
    await page.keyboard.press('Tab');
    const place = await placeOfFocus(page);
    if (place === null || place.wasSeen) return stops;
    const element = await focusedElement(page);
    const isVisible = seenLooks.get(place.looks) ?? (await isFocusVisible(page));
    seenLooks.set(place.looks, isVisible);
    stops.push({ ...(element ?? { role: '', name: '' }), isVisible, box: place.box });
  }
  throw new Error(
    `${page.url()} has more than ${STOPS_MAX} stops, or the tab key goes round in a part of it.`,
  );
}

/** Reading goes down, to the right on a line, and up only into a column further right. */
function isReadOn({ box: from }: PlacedStop, { box: to }: PlacedStop): boolean {
  if (to.left >= from.right) return true;
  const isBelow = to.top >= from.bottom - 1;
  const isInside = to.top >= from.top - 1 && to.left >= from.left - 1;
  return isBelow || isInside;
}

const nameOf = ({ role, name }: Pick<FocusStop, 'role' | 'name'>) => `${role} "${name}"`;

/** One line for each thing that is wrong on the way. */
export function faultsOf(stops: readonly PlacedStop[]): string[] {
  return stops.flatMap((stop, index) => {
    const next = stops[index + 1];
    return [
      ...(stop.name === '' ? [`${nameOf(stop)} has no name`] : []),
      ...(stop.isVisible ? [] : [`${nameOf(stop)} shows no focus`]),
      ...(next === undefined || isReadOn(stop, next)
        ? []
        : [`${nameOf(stop)} is followed by ${nameOf(next)}, which stands before it`]),
    ];
  });
}

/** Throws for a page whose stops are out of order, without a name, or don't show that they have the focus. */
export async function expectReadableTabOrder(page: Page, seenLooks: Map<string, boolean>): Promise<void> {
  const stops = await walkPage(page, seenLooks);
  if (stops.length === 0) throw new Error(`${page.url()} has no stop for the tab key.`);
  const faults = faultsOf(stops);
  if (faults.length > 0) throw new Error(`${page.url()} by keyboard:\n${faults.join('\n')}`);
}

/** Presses Tab until what has this role and name has the focus. Throws where that never comes. */
export async function tabTo(page: Page, role: string, name: string | RegExp): Promise<void> {
  const isMeant = (found: string) => (typeof name === 'string' ? found === name : name.test(found));
  const passed: string[] = [];
  for (let press = 0; press < STOPS_MAX; press += 1) {
    await page.keyboard.press('Tab');
    const element = await focusedElement(page);
    if (element?.role === role && isMeant(element.name)) return;
    if (element !== null) passed.push(nameOf(element));
  }
  throw new Error(
    `The tab key does not come to ${role} "${String(name)}" on ${page.url()}, but to ${[...new Set(passed)].join(', ')}.`,
  );
}
