import { expect, it } from 'vitest';
import { expectNoMotion, expectNoSidewaysScroll, unwantedMotion } from './layout.ts';
import { useBrowser } from './testing/use-browser.ts';
import { resizeTo } from './view.ts';

const { showStatic } = useBrowser();

it('names what makes a page scroll sideways, at the width where it does', async () => {
  const page = await showStatic('<table class="fleet" style="width:600px"><tr><td>alice</td></tr></table>');
  await expectNoSidewaysScroll(page);
  await resizeTo(page, 390);
  await expect(expectNoSidewaysScroll(page)).rejects.toThrow(/scrolls sideways:\ntable\.fleet "alice"/);
});

it('lets a part of the page scroll by itself', async () => {
  const wide = '<div style="overflow-x:auto"><div style="width:600px">log</div></div>';
  const page = await showStatic(wide, '', { width: 390 });
  await expectNoSidewaysScroll(page);
});

it.each([
  ['a transition', 'p { transition: color 150ms }', 'p { transition: none }'],
  [
    'a transition of its before',
    'p::before { content: ""; transition: color 1s }',
    'p::before { transition: none }',
  ],
  [
    'an animation',
    '@keyframes spin { to { rotate: 1turn } } p { animation: spin 1s infinite }',
    'p { animation-duration: 0.01ms; animation-iteration-count: 1 }',
  ],
])('finds %s that goes on when motion is to be reduced', async (_what, style, still) => {
  const moving = await showStatic('<p>running</p>', `<style>${style}</style>`);
  await expect(expectNoMotion(moving)).rejects.toThrow(/\np "running"/);
  const reduced = `<style>${style} @media (prefers-reduced-motion: reduce) { ${still} }</style>`;
  expect(await unwantedMotion(await showStatic('<p>running</p>', reduced))).toEqual([]);
});

it('finds a motion that a script began', async () => {
  const page = await showStatic('<p>running</p>');
  await expectNoMotion(page);
  await page.locator('p').evaluate((element) => void element.animate({ opacity: [0, 1] }, 60_000));
  expect(await unwantedMotion(page)).toEqual(['p "running"']);
});
