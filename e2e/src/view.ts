/** How a page is looked at: theme and width, the same for tests and screenshots. */
import type { Browser, Page } from '@playwright/test';

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** In CSS pixels: a desktop window and a phone. */
export const WIDTHS = [1280, 390] as const;
export type Width = (typeof WIDTHS)[number];

const HEIGHT_BY_WIDTH: Readonly<Record<Width, number>> = { 1280: 800, 390: 844 };
const ACTION_TIMEOUT_MS = 15_000;
const THEME_TIMEOUT_MS = 5_000;

export interface View {
  readonly theme: Theme;
  readonly width: Width;
  /** What paths given to `goto` are relative to. */
  readonly baseUrl?: string;
}

/** A page in a context of its own: no cookie of another one. Motion is reduced, so that nothing is caught half-way. */
export async function openPage(browser: Browser, view: Partial<View> = {}): Promise<Page> {
  const { theme = 'light', width = 1280, baseUrl } = view;
  const context = await browser.newContext({
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height: HEIGHT_BY_WIDTH[width] },
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  context.setDefaultTimeout(ACTION_TIMEOUT_MS);
  return context.newPage();
}

/** Gives an open page another width, and waits until it is drawn for it: lists of cards take the place of tables. */
export async function resizeTo(page: Page, width: Width): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT_BY_WIDTH[width] });
  await page.waitForFunction((wanted) => innerWidth === wanted, width);
  // What listens to a width hears of it in the first frame, and is drawn by the second.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** Asks for a theme as the system would; throws if the page shows another, since a look at it would tell nothing. */
export async function switchTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  const isShown = (wanted: string) => {
    const root = document.documentElement;
    const schemes = getComputedStyle(root).colorScheme.split(' ');
    const preferred = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
    // A page that declares both follows the system.
    return schemes.includes(wanted) && (schemes.length === 1 || preferred === wanted);
  };
  await page.waitForFunction(isShown, theme, { timeout: THEME_TIMEOUT_MS }).catch(() => {
    throw new Error(
      `${page.url()} does not show the ${theme} theme: its root element's color-scheme says otherwise.`,
    );
  });
}
