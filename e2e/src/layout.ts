/** Facts of a page's layout that no style sheet can promise: it fits its width, and it keeps still when asked to. */
import type { JSHandle, Page } from '@playwright/test';

const LISTED_MAX = 10;
/** Below this nobody sees a motion; style sheets that switch it off write 0.01 ms. */
const STILL_MS = 20;

/** Names elements as a person would look for them. */
async function describeElements(handle: JSHandle<Element[]>): Promise<string[]> {
  const names = await handle.evaluate(
    (elements, most) =>
      elements.slice(0, most).map((element) => {
        const classes = [...element.classList].slice(0, 3).map((name) => `.${name}`);
        const text = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 30);
        return `${element.tagName.toLowerCase()}${classes.join('')} "${text}"`;
      }),
    LISTED_MAX,
  );
  await handle.dispose();
  return names;
}

/** Elements that stick out to the side of a page that scrolls sideways; none if it does not scroll. */
export async function sidewaysOverflow(page: Page): Promise<string[]> {
  const handle = await page.evaluateHandle(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const all = [...document.querySelectorAll('body, body *')];
    return all.filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
  });
  return describeElements(handle);
}

/** Throws if the page scrolls sideways, naming what sticks out. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const found = await sidewaysOverflow(page);
  if (found.length > 0) throw new Error(`${page.url()} scrolls sideways:\n${found.join('\n')}`);
}

/** Elements that move, or would with the next change, although the person asked for reduced motion. */
export async function unwantedMotion(page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const handle = await page.evaluateHandle((stillMs) => {
    const longestMs = (list: string) =>
      Math.max(...list.split(',').map((text) => Number.parseFloat(text) * (/\dms/.test(text) ? 1 : 1_000)));
    const wouldMove = (style: CSSStyleDeclaration) =>
      (style.animationName !== 'none' && longestMs(style.animationDuration) > stillMs) ||
      (style.transitionProperty !== 'none' && longestMs(style.transitionDuration) > stillMs);
    const styled = [...document.querySelectorAll('*')].filter((element) =>
      [null, '::before', '::after'].some((pseudo) => wouldMove(getComputedStyle(element, pseudo))),
    );
    const running = document
      .getAnimations()
      .filter(({ playState }) => playState === 'running')
      .flatMap(({ effect }) => {
        if (!(effect instanceof KeyframeEffect) || effect.target === null) return [];
        return Number(effect.getComputedTiming().activeDuration) > stillMs ? [effect.target] : [];
      });
    return [...new Set([...styled, ...running])];
  }, STILL_MS);
  return describeElements(handle);
}

/** Throws if anything moves although the person asked for reduced motion. */
export async function expectNoMotion(page: Page): Promise<void> {
  const found = await unwantedMotion(page);
  if (found.length > 0)
    throw new Error(`${page.url()} moves, though motion is to be reduced:\n${found.join('\n')}`);
}
