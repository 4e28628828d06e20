import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { expectNoMotion, expectNoSidewaysScroll } from './layout.ts';
import { watchErrors } from './page-errors.ts';
import { CONSOLE_PAGES } from './pages.ts';
import { useRolePages } from './testing/use-role-pages.ts';
import { resizeTo } from './view.ts';

const { get, goTo } = useRolePages();
const errors: (readonly string[])[] = [];

beforeAll(() => {
  errors.push(...Object.values(get().pages).map(watchErrors));
});

afterEach(() => {
  expect(errors.flat(), 'errors in the pages').toEqual([]);
});

it('has a row for every route that the router knows', async () => {
  const routes = await get().pages.admin.evaluate((): string[] => {
    const router: unknown = Reflect.get(window, '__TSR_ROUTER__');
    return Object.keys(Object(Reflect.get(Object(router), 'routesByPath')));
  });
  const rows = CONSOLE_PAGES.flatMap(({ route }) => route ?? []);
  expect([...new Set(rows)].sort()).toEqual(routes.sort());
});

describe.each(CONSOLE_PAGES)('$name', (entry) => {
  it('is accessible in both themes, keeps still, and fits a phone', async () => {
    const page = await goTo(entry);
    await expectAccessible(page);
    await expectNoMotion(page);
    await resizeTo(page, 390);
    try {
      await expectNoSidewaysScroll(page);
    } finally {
      await resizeTo(page, 1280);
    }
  });
});
