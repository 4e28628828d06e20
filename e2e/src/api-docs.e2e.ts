/** The page of the API, as the control plane serves it to somebody without a key. */
import { expect, type Page } from '@playwright/test';
import { describe, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { expectNoSidewaysScroll } from './layout.ts';
import { watchErrors } from './page-errors.ts';
import { useConsole } from './testing/use-console.ts';

const { stack, guestPage } = useConsole();

async function openDocs(width: number): Promise<Page> {
  const page = await guestPage(stack().apiUrl);
  await page.setViewportSize({ width, height: 900 });
  return page;
}

describe('the page of the API', () => {
  it.each([1280, 860, 390])(
    'is one file that fits and can be read, in both themes: %i px wide',
    async (width) => {
      const page = await openDocs(width);
      const errors = watchErrors(page);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto('/docs');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('KiloClaw platform API');
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
      expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([`${stack().apiUrl}/docs`]);
      expect(errors).toEqual([]);
    },
  );

  it('leads from the contents to a route, and from there to a schema', async () => {
    const page = await openDocs(1280);
    await page.goto('/docs');
    await page
      .getByRole('navigation')
      .getByRole('link', { name: 'Move an instance to a larger tier' })
      .click();
    const resize = page.locator('#resize');
    await expect(resize.getByRole('heading', { name: '/api/platform/resize' })).toBeInViewport();
    await resize.getByRole('link', { name: 'PlanAnswer' }).click();
    await expect(page.getByRole('heading', { name: 'PlanAnswer' })).toBeInViewport();
  });
});
