/** `npm run measure-console`: how long the list of 100,000 instances lets somebody wait, in a browser over the whole stack. */
import { fillRegistry } from '@kiloclaw/db/testing';
import type { Page } from '@playwright/test';
import { openBrowser } from './browser.ts';
import { median, timeAction, timeNavigation, timeQuery } from './measure.ts';
import { startSeparatePostgres } from './separate-postgres.ts';
import { signIn } from './sign-in.ts';
import { startStack } from './stack.ts';
import { openPage } from './view.ts';

const SIZE = { instances: 100_000, users: 20_000, auditRows: 20_000 };
const RUNS = 10;
const FIRST_VIEW_TARGET_MS = 1_000;
const ACTION_TARGET_MS = 500;
const DEEP_PAGE = 20;
const PATH = '/admin/instances';
const LIST = 'admin.instances.list';
const SORT = 'created_desc';

interface Measured {
  readonly what: string;
  readonly targetMs: number;
  /** Medians. */
  readonly waitMs: number;
  /** Of the bare call of the procedure that answers it. */
  readonly floorMs: number;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function medianOf(measure: (run: number) => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run += 1) values.push(await measure(run));
  return median(values);
}

const floorOf = (page: Page, input: object) =>
  medianOf(() => timeQuery(page, LIST, { sort: SORT, ...input }));

async function measureFirstView(page: Page): Promise<Measured> {
  const waitMs = await medianOf(() => timeNavigation(page, PATH));
  return {
    what: 'navigation to the first rows',
    targetMs: FIRST_VIEW_TARGET_MS,
    waitMs,
    floorMs: await floorOf(page, { filter: {} }),
  };
}

async function measureChip(page: Page): Promise<Measured> {
  const waitMs = await medianOf(async () => {
    await timeNavigation(page, PATH);
    return timeAction(page, () => page.getByRole('button', { name: /^Has size override/ }).click());
  });
  const floorMs = await floorOf(page, { filter: { hasOverride: true } });
  return { what: 'a click on a chip', targetMs: ACTION_TARGET_MS, waitMs, floorMs };
}

async function measureSearch(page: Page): Promise<Measured> {
  await timeNavigation(page, PATH);
  const words = Array.from({ length: RUNS }, (_, run) => `user-${1_111 * (run + 1)}@example.com`);
  const waitMs = await medianOf((run) =>
    timeAction(page, () => page.getByRole('searchbox', { name: 'Search instances' }).fill(words[run] ?? '')),
  );
  const floorMs = await medianOf((run) =>
    timeQuery(page, LIST, { sort: SORT, filter: { q: words[run] ?? '' } }),
  );
  return { what: 'a search, with the pause after typing', targetMs: ACTION_TARGET_MS, waitMs, floorMs };
}

const cursorOf = (page: Page) => new URL(page.url()).searchParams.get('after') ?? '';
const goOn = (page: Page) => timeAction(page, () => page.getByRole('button', { name: 'Next' }).click());

async function measurePages(page: Page): Promise<Measured[]> {
  await timeNavigation(page, PATH);
  const next = await medianOf(() => goOn(page));
  const nextFloorMs = await floorOf(page, { filter: {}, cursor: cursorOf(page) });
  for (let at = RUNS + 1; at < DEEP_PAGE; at += 1) await goOn(page);
  const [deep, cursor] = [page.url(), cursorOf(page)];
  const waitMs = await medianOf(() => timeNavigation(page, deep));
  return [
    { what: 'the next page', targetMs: ACTION_TARGET_MS, waitMs: next, floorMs: nextFloorMs },
    {
      what: `page ${DEEP_PAGE} by its address`,
      targetMs: FIRST_VIEW_TARGET_MS,
      waitMs,
      floorMs: await floorOf(page, { filter: {}, cursor }),
    },
  ];
}

function print(rows: readonly Measured[]): void {
  say(`Medians of ${RUNS}, in ms; the floor is the bare call of ${LIST} in the same run.`);
  say(
    `${'what'.padEnd(40)}${'wait'.padStart(7)}${'floor'.padStart(7)}${'ratio'.padStart(7)}${'target'.padStart(8)}`,
  );
  for (const { what, waitMs, floorMs, targetMs } of rows) {
    const figures = [
      waitMs.toFixed(0).padStart(7),
      floorMs.toFixed(0).padStart(7),
      (waitMs / floorMs).toFixed(1).padStart(7),
      String(targetMs).padStart(8),
    ];
    say(`${what.padEnd(40)}${figures.join('')}  ${waitMs <= targetMs ? 'met' : 'not met'}`);
  }
}

const postgres = await startSeparatePostgres();
try {
  const stack = await startStack({ DATABASE_URL: postgres.url });
  try {
    say(`Filling in ${SIZE.instances} instances of ${SIZE.users} users.`);
    await fillRegistry(postgres.url, SIZE);
    const opened = await openBrowser();
    try {
      const page = await openPage(opened.browser, { baseUrl: stack.webUrl });
      await signIn(page, stack.admin);
      // Once unmeasured: what is compiled and cached at first is no part of the wait.
      await timeNavigation(page, PATH);
      print([
        await measureFirstView(page),
        await measureChip(page),
        await measureSearch(page),
        ...(await measurePages(page)),
      ]);
    } finally {
      await opened.close();
    }
  } finally {
    await stack.stop();
  }
} finally {
  await postgres.remove();
}
