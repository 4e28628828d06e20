/** What a browser complains of while a page is used, though nobody sees it. */
import type { Page } from '@playwright/test';

/** The browser's own note on every answer from 400 on; what such an answer means is for the page to say. */
const REFUSED_REQUEST = 'Failed to load resource';

/** Uncaught errors, and what is written to the console as one: a breach of the content security policy, say. Grows. */
export function watchErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith(REFUSED_REQUEST))
      errors.push(message.text());
  });
  return errors;
}
