import { expect, it } from 'vitest';
import { firstRow, median, timeAction, timeNavigation, timeQuery } from './measure.ts';
import { useBrowser } from './testing/use-browser.ts';

const { showStatic } = useBrowser();

const LATE_MS = 300;
const TABLE = '<table><tbody id="rows"></tbody></table><button>Next</button>';
/** A row comes some time after the page, and another some time after each click. */
const SCRIPT = `<script>
  const show = (name) => setTimeout(() => {
    document.querySelector('#rows').innerHTML = '<tr><td><a href="#">' + name + '</a></td></tr>';
  }, ${LATE_MS});
  addEventListener('DOMContentLoaded', () => {
    show('first');
    document.querySelector('button').onclick = () => show('second');
  });
</script>`;

it('finds the middle of odd and even numbers of values, and none of nothing', () => {
  expect(median([30, 10, 20])).toBe(20);
  expect(median([40, 10, 20, 30])).toBe(25);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow('no median');
});

it('waits from the begin of a navigation for the first row, and from a click for another one', async () => {
  const page = await showStatic(TABLE, SCRIPT);
  const navigation = await timeNavigation(page, page.url());
  expect(navigation).toBeGreaterThanOrEqual(LATE_MS);
  expect(await firstRow(page)).toBe('first');
  const click = await timeAction(page, () => page.getByRole('button').click());
  expect(click).toBeGreaterThanOrEqual(LATE_MS - 1);
  expect(await firstRow(page)).toBe('second');
});

it('times a bare call, and refuses one that fails', async () => {
  const page = await showStatic(TABLE);
  expect(await timeQuery(page, 'admin.instances.list', {})).toBeGreaterThan(0);
  await page.route('**/api/trpc/**', (route) => route.fulfill({ status: 503 }));
  await expect(timeQuery(page, 'admin.instances.list', {})).rejects.toThrow(/answered 503/);
});
