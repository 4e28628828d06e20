import { expect, it } from 'vitest';
import { expectDialogByKeyboard, expectVisibleTabOrder, walkTabOrder } from './keyboard.ts';
import { useBrowser } from './testing/use-browser.ts';

const { showStatic } = useBrowser();

it('tells role, name and visible focus of each stop, in order', async () => {
  const page = await showStatic(
    '<a href="#a">Fleet</a><label>Search instances <input type="search"></label><button aria-label="Copy id">x</button>',
  );
  const stops = [
    { role: 'link', name: 'Fleet', isVisible: true },
    { role: 'searchbox', name: 'Search instances', isVisible: true },
    { role: 'button', name: 'Copy id', isVisible: true },
  ];
  expect(await expectVisibleTabOrder(page, 3)).toEqual(stops);
});

it('finds a stop without a name, and one that hides its focus', async () => {
  const page = await showStatic(
    '<button></button><button class="hidden">Stop</button>',
    '<style>.hidden:focus { outline: none }</style>',
  );
  await expect(expectVisibleTabOrder(page, 2)).rejects.toThrow(
    /by keyboard:\nbutton "" has no name\nbutton "Stop" shows no focus$/,
  );
});

it('sees the mark where a frame around the element bears it', async () => {
  const page = await showStatic(
    '<div class="frame"><input aria-label="Reason" style="outline:none;border:0"></div>',
    '<style>.frame { padding: 2px; border: 1px solid grey } .frame:focus-within { border-color: blue }</style>',
  );
  expect(await walkTabOrder(page, 1)).toEqual([{ role: 'textbox', name: 'Reason', isVisible: true }]);
});

const BUTTON = '<button id="open">Destroy</button>';
const DIALOG = '<dialog aria-label="Destroy"><input aria-label="Name"><button>Cancel</button></dialog>';
const SCRIPT = (open: string, more = '') =>
  `<script>addEventListener('DOMContentLoaded', () => {
    const dialog = document.querySelector('dialog');
    document.querySelector('#open').onclick = () => dialog.${open}();
    dialog.addEventListener('keydown', (event) => {
      const inside = [...dialog.querySelectorAll('input, button')];
      const last = event.shiftKey ? inside[0] : inside.at(-1);
      if (event.key === 'Tab' && document.activeElement === last) {
        event.preventDefault();
        (event.shiftKey ? inside.at(-1) : inside[0]).focus();
      }
    });
    ${more}
  })</script>`;

const dialogOf = (page: Awaited<ReturnType<typeof showStatic>>) =>
  [page.getByRole('button', { name: 'Destroy' }), page.getByRole('dialog', { name: 'Destroy' })] as const;

it('passes a dialog that keeps the focus and gives it back', async () => {
  const page = await showStatic(BUTTON + DIALOG, SCRIPT('showModal'));
  await expectDialogByKeyboard(page, ...dialogOf(page));
});

it('refuses a dialog that lets the focus go', async () => {
  const page = await showStatic(
    `${BUTTON}<a href="#a">Audit</a>${DIALOG.replace('<dialog', '<dialog open-less')}<a href="#b">People</a>`,
    `<script>addEventListener('DOMContentLoaded', () => {
      const dialog = document.querySelector('dialog');
      document.querySelector('#open').onclick = () => { dialog.show(); dialog.querySelector('input').focus(); };
    })</script>`,
  );
  await expect(expectDialogByKeyboard(page, ...dialogOf(page))).rejects.toThrow(
    /the focus stays in the dialog/,
  );
});

/** Closes by itself on Escape, and does something else within the same task: nobody can look in between. */
const CLOSES_AND = (then: string) =>
  SCRIPT(
    'showModal',
    `const button = document.querySelector('#open');
    dialog.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      dialog.close();
      ${then}
    });`,
  );

it('refuses a dialog that does not give the focus back', async () => {
  const page = await showStatic(BUTTON + DIALOG, CLOSES_AND('button.blur();'));
  await expect(expectDialogByKeyboard(page, ...dialogOf(page))).rejects.toThrow(/back where it came from/);
}, 30_000);

it('refuses a dialog that takes the focus away again', async () => {
  const page = await showStatic(BUTTON + DIALOG, CLOSES_AND('requestAnimationFrame(() => button.blur());'));
  await expect(expectDialogByKeyboard(page, ...dialogOf(page))).rejects.toThrow(/the focus (is|stays)/);
}, 30_000);
