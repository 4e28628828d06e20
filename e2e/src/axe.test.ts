import { expect, it } from 'vitest';
import { expectAccessible, violationsOf } from './axe.ts';
import { useBrowser } from './testing/use-browser.ts';

const { showStatic } = useBrowser();
const HEADING = '<h1>Instances</h1>';

it('passes a page that is in order', async () => {
  const page = await showStatic(`${HEADING}<button>New instance</button>`);
  await expectAccessible(page);
});

it('names rule, sentence and element of what is not', async () => {
  const page = await showStatic(`${HEADING}<button aria-pressed="true"></button>`);
  await expect(expectAccessible(page)).rejects.toThrow(
    /button-name \(light\): Buttons must have discernible text\n {4}button Element does not have inner text/,
  );
});

it('sees a contrast that is too low in one theme alone', async () => {
  const style = '<style>@media (prefers-color-scheme: dark) { p { color: #444 } }</style>';
  const page = await showStatic(`${HEADING}<p>running</p>`, style);
  expect(await violationsOf(page)).toEqual([
    expect.objectContaining({
      theme: 'dark',
      rule: 'color-contrast',
      targets: [expect.stringContaining('p ')],
    }),
  ]);
});

it('sees a target that is too small', async () => {
  const small = '<button style="width:12px;height:12px;padding:0;font-size:6px">x</button>';
  const page = await showStatic(`${HEADING}${small}${small}`);
  expect((await violationsOf(page)).map(({ rule }) => rule)).toEqual(['target-size', 'target-size']);
});

it('looks at the part alone that it is shown', async () => {
  const page = await showStatic(`${HEADING}<button></button><div role="dialog" aria-label="Destroy"></div>`);
  await expectAccessible(page, '[role=dialog]');
});

it('refuses to judge a theme that the page does not show', async () => {
  const page = await showStatic(HEADING, '<style>:root { color-scheme: light }</style>');
  await expect(expectAccessible(page)).rejects.toThrow(/does not show the dark theme/);
});
