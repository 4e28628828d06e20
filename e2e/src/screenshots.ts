/** `npm run screenshots [-- --out DIR] [name ...]`: every page of the console, in both themes and both widths. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { openBrowser } from './browser.ts';
import { contactSheet, fileNameOf, type Shot, VIEWS } from './contact-sheet.ts';
import { CONSOLE_PAGES, type ConsolePage, type Role, visit } from './pages.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { openPage, resizeTo, switchTheme } from './view.ts';

const DEFAULT_FOLDER = '.screenshots';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** One page per role, signed in once: guessing at passwords is throttled. */
async function pagesByRole(browser: Browser, stack: RunningStack): Promise<Record<Role, Page>> {
  const [guest, customer, admin] = await Promise.all(
    [0, 1, 2].map(() => openPage(browser, { baseUrl: stack.webUrl })),
  );
  if (guest === undefined || customer === undefined || admin === undefined) throw new Error('no page');
  await signIn(customer, stack.customer);
  await signIn(admin, stack.admin);
  return { guest, customer, admin };
}

async function take(page: Page, entry: ConsolePage, stack: RunningStack, folder: string): Promise<Shot[]> {
  const shots: Shot[] = [];
  for (const view of VIEWS) {
    await resizeTo(page, view.width);
    await visit(page, entry, stack.demo);
    await switchTheme(page, view.theme);
    const shot = { name: entry.name, view };
    // A dialog belongs to the window, a page is taken as long as it is.
    const path = join(folder, fileNameOf(shot));
    await page.screenshot({ path, fullPage: entry.open === undefined, animations: 'disabled' });
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
    const pages = await pagesByRole(opened.browser, stack);
    const shots: Shot[] = [];
    for (const entry of entries) {
      try {
        shots.push(...(await take(pages[entry.role], entry, stack, folder)));
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
