/** `npm run screenshots [-- --out DIR] [name ...]`: every page of the console, in both themes and both widths. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { openBrowser } from './browser.ts';
import { contactSheet, fileNameOf, type Shot, VIEWS } from './contact-sheet.ts';
import { CONSOLE_PAGES, type ConsolePage, type Surroundings, surroundingsOf, visit } from './pages.ts';
import { openRolePages } from './role-pages.ts';
import { startStack } from './stack.ts';
import { resizeTo, switchTheme } from './view.ts';

const DEFAULT_FOLDER = '.screenshots';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function take(page: Page, entry: ConsolePage, around: Surroundings, folder: string): Promise<Shot[]> {
  const shots: Shot[] = [];
  for (const view of VIEWS) {
    await resizeTo(page, view.width);
    await visit(page, entry, around);
    await switchTheme(page, view.theme);
    const shot = { name: entry.name, view };
    // A dialog belongs to the window, a page is taken as long as it is.
    const path = join(folder, fileNameOf(shot));
    await page.screenshot({ path, fullPage: entry.opener === undefined, animations: 'disabled' });
    shots.push(shot);
  }
  return shots;
}

async function takeAll(entries: readonly ConsolePage[], folder: string): Promise<number> {
  const stack = await startStack();
  const opened = await openBrowser().catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  let failures = 0;
  try {
    const pages = await openRolePages(opened.browser, stack);
    const around = await surroundingsOf(stack, pages.admin);
    const shots: Shot[] = [];
    for (const entry of entries) {
      try {
        shots.push(...(await take(pages[entry.role], entry, around, folder)));
        say(`taken   ${entry.name}`);
      } catch (error) {
        // One page that is broken must not hide the others.
        failures += 1;
        say(`FAILED  ${entry.name}: ${error instanceof Error ? error.message : 'unknown error'}`);
      }
    }
    await writeFile(join(folder, 'index.html'), contactSheet(shots));
  } finally {
    await opened.close();
    await stack.stop();
  }
  return failures;
}

function chooseEntries(names: readonly string[]): readonly ConsolePage[] {
  const known = CONSOLE_PAGES.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`No page '${unknown.join("', '")}': there are ${known.join(', ')}.`);
  return names.length === 0 ? CONSOLE_PAGES : CONSOLE_PAGES.filter(({ name }) => names.includes(name));
}

try {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string', default: DEFAULT_FOLDER } },
    allowPositionals: true,
  });
  const entries = chooseEntries(positionals);
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), values.out);
  await mkdir(folder, { recursive: true });
  const failures = await takeAll(entries, folder);
  say(`${join(folder, 'index.html')} shows them all.`);
  process.exit(failures === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exit(1);
}
