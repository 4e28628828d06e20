import { expect, it } from 'vitest';
import { expectReadableTabOrder, tabTo, walkPage } from './tab-order.ts';
import { useBrowser } from './testing/use-browser.ts';

const { showStatic } = useBrowser();

const COLUMNS = `<div style="display:grid;grid-template-columns:10rem 1fr">
  <nav><a href="#a">Fleet</a><br><br><a href="#b">People</a></nav>
  <div><button>New instance</button> <button>Export</button><p><input aria-label="Search instances"></p></div>
</div>`;

it('passes columns that are read one after the other', async () => {
  const page = await showStatic(COLUMNS);
  await expectReadableTabOrder(page, new Map());
  expect((await walkPage(await showStatic(COLUMNS), new Map())).map(({ name }) => name)).toEqual([
    'Fleet',
    'People',
    'New instance',
    'Export',
    'Search instances',
  ]);
});

it('finds stops that are drawn in another order', async () => {
  const page = await showStatic(
    '<div style="display:flex;flex-direction:row-reverse;justify-content:start"><button>Cancel</button><button>Destroy</button></div>',
  );
  await expect(expectReadableTabOrder(page, new Map())).rejects.toThrow(
    /button "Cancel" is followed by button "Destroy", which stands before it$/,
  );
});

it('finds a stop that goes back up the page', async () => {
  const page = await showStatic('<button>Start</button><p><button tabindex="1">Stop</button></p>');
  await expect(expectReadableTabOrder(page, new Map())).rejects.toThrow(
    /"Stop" is followed by button "Start"/,
  );
});

it('looks at each kind of stop once, and tells of all that look like a bad one', async () => {
  const page = await showStatic(
    '<button class="bare">Start</button> <button class="bare">Stop</button> <button></button>',
    '<style>.bare:focus { outline: none }</style>',
  );
  await expect(expectReadableTabOrder(page, new Map())).rejects.toThrow(
    /"Start" shows no focus\nbutton "Stop" shows no focus\nbutton "" has no name$/,
  );
});

it('refuses a page without any stop, and one that has not what is looked for', async () => {
  const page = await showStatic('<p>running</p>');
  await expect(expectReadableTabOrder(page, new Map())).rejects.toThrow(/has no stop/);
  const other = await showStatic('<button>Start</button>');
  await tabTo(other, 'button', 'Start');
  await expect(tabTo(other, 'button', 'Stop')).rejects.toThrow(/does not come to button "Stop"/);
});
