/** What a page says, and keeps, while a part of what it talks to is away, or has changed behind it. */
import { sessions } from '@kiloclaw/db';
import { withRegistry } from '@kiloclaw/dev/testing';
import { expect, type Locator, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { expectAccessible } from './axe.ts';
import { crashControlPlane, type Outage, pauseControlPlane } from './bad-weather.ts';
import { ARRIVAL, actionButton, liveStatus, OPERATION, openAction, toast } from './console.ts';
import { untilSettled } from './pages.ts';
import { type SeparatePostgres, startSeparatePostgres } from './separate-postgres.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { useBrowser } from './testing/use-browser.ts';

/** Longer than a page waits for an answer that doesn't come, asked for twice. */
const ANSWER = { timeout: 50_000 };

const CONTROL_PLANE_AWAY =
  'The control plane does not answer. Instances go on as they are. Try again in a moment: what has arrived already is not done a second time.';
const REGISTRY_AWAY =
  'The database does not answer, so that nobody’s sign-in or list can be read. Instances go on as they are. Try again in a moment.';
const CONSOLE_AWAY =
  'The console can’t be reached. Check your connection and try again: nothing that you typed is lost.';
const PLAN_STALE =
  'The instance has changed since this was shown. Nothing was done: look at the new plan and confirm again.';

const { newPage } = useBrowser();
let postgres: SeparatePostgres;
let stack: RunningStack;

beforeAll(async () => {
  postgres = await startSeparatePostgres();
  stack = await startStack({ DATABASE_URL: postgres.url });
});

afterAll(async () => {
  await stack?.stop();
  await postgres?.remove();
});

const targetOf = (userId: string) => ({ userId, instanceId: stack.demo.get(userId) ?? '' });

async function adminAt(path: string): Promise<Page> {
  const page = await newPage({ baseUrl: stack.webUrl });
  await signIn(page, stack.admin);
  await page.goto(path);
  await untilSettled(page);
  return page;
}

const instancePage = (userId: string) => adminAt(`/admin/instances/${targetOf(userId).instanceId}`);

async function fillSizeOverride(page: Page, reason: string): Promise<Locator> {
  const dialog = await openAction(page, 'Size override');
  await dialog.getByRole('radio', { name: 'perf-4-16' }).check();
  await dialog.getByLabel('Reason').fill(reason);
  await expect(sendOf(dialog)).toBeEnabled();
  return dialog;
}

const sendOf = (dialog: Locator) => dialog.getByRole('button', { name: 'Set size override' });

async function expectKept(dialog: Locator, reason: string): Promise<void> {
  await expect(dialog.getByLabel('Reason')).toHaveValue(reason);
  await expect(dialog.getByRole('radio', { name: 'perf-4-16' })).toBeChecked();
}

/** A heading and the sentence stand there, and nothing turns or pulses without an end. */
async function expectTold(page: Page, sentence: string): Promise<void> {
  await expect(page.getByRole('alert').filter({ hasText: sentence }).first()).toBeVisible(ANSWER);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, ANSWER);
}

/** Sends what was filled in, while something is away, and again when that is back. */
async function expectSurvived(page: Page, reason: string, sentence: string, outage: () => Promise<Outage>) {
  const dialog = await fillSizeOverride(page, reason);
  const { end } = await outage();
  try {
    await sendOf(dialog).click();
    await expect(dialog.getByRole('alert')).toContainText(sentence, ANSWER);
    await expectKept(dialog, reason);
    await expectAccessible(page);
  } finally {
    await end();
  }
  await expect(async () => {
    if (await dialog.isVisible()) await sendOf(dialog).click();
    await expect(dialog).toBeHidden();
  }).toPass(ARRIVAL);
  await expect(page.getByText('Admin size override')).toBeVisible(ARRIVAL);
}

describe('while the control plane hangs', () => {
  let outage: Outage | undefined;
  afterEach(() => outage?.end());

  it('a dialog says so, keeps what was typed, and is done once when it is back', async () => {
    const page = await instancePage('alice');
    await expectSurvived(page, 'Hanging control plane', CONTROL_PLANE_AWAY, () => pauseControlPlane(stack));
    const { body } = await stack.client.call('operations', targetOf('alice'));
    expect(body.items.filter(({ operation }) => operation.kind === 'set_override')).toHaveLength(1);
  });

  it('the pages show what the registry knows, and recover by themselves', async () => {
    const page = await adminAt('/admin/instances');
    outage = await pauseControlPlane(stack);
    await page.getByRole('link', { name: "Bob's assistant" }).click();
    await expectTold(page, CONTROL_PLANE_AWAY);
    await expect(page.getByRole('region', { name: 'Last known to the registry' })).toContainText('perf-4-8');
    await outage.end();
    await expect(page.getByRole('region', { name: 'Live status' })).toBeVisible(ARRIVAL);
  });
});

it('when the control plane crashes, a dialog says so and goes on with its successor', async () => {
  const page = await instancePage('erin');
  const dialog = await openAction(page, 'Extend volume');
  await dialog.getByLabel("I understand that this can't be undone").check();
  const send = dialog.getByRole('button', { name: 'Extend volume' });
  await expect(send).toBeEnabled();
  await crashControlPlane(stack);
  await send.click();
  await expect(dialog.getByRole('alert')).toContainText(CONTROL_PLANE_AWAY, ANSWER);
  await expect(dialog.getByLabel('Target size (GB)')).toHaveValue('45');
  await expect(async () => {
    if (await dialog.isVisible()) await send.click();
    await expect(dialog).toBeHidden();
  }).toPass(ARRIVAL);
  await expect(toast(page, /Erin's assistant/)).toBeVisible(OPERATION);
  const { body } = await stack.client.call('operations', targetOf('erin'));
  expect(body.items.filter(({ operation }) => operation.kind === 'extend_volume')).toHaveLength(1);
});

const POSTGRES_OUTAGES = [
  { how: 'hangs', begin: () => postgres.pause() },
  {
    how: 'refuses connections',
    begin: async () => {
      await postgres.stop();
      return { end: () => postgres.start() };
    },
  },
];

describe.each(POSTGRES_OUTAGES)('while Postgres $how', ({ how, begin }) => {
  it('a dialog says so, keeps what was typed, and is done when it is back', async () => {
    const page = await instancePage(how === 'hangs' ? 'grace' : 'frank');
    await expectSurvived(page, `Postgres that ${how}`, REGISTRY_AWAY, begin);
  });

  it('the list and the whole app say so, and come back at a click', async () => {
    const page = await adminAt('/admin/instances');
    const { end } = await begin();
    try {
      await page.getByRole('button', { name: /^Has size override/ }).click();
      await expectTold(page, REGISTRY_AWAY);
      await page.goto('/admin/audit');
      await expect(page.getByRole('alert')).toContainText(REGISTRY_AWAY, ANSWER);
      await expectAccessible(page);
    } finally {
      await end();
    }
    await expect(async () => {
      await page.getByRole('button', { name: 'Try again' }).first().click();
      await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();
    }).toPass(ARRIVAL);
    await expect(page.getByRole('table', { name: 'Audit log' })).toBeVisible(ARRIVAL);
  });
});

it('without a network a dialog says so, and goes on where it was', async () => {
  const page = await instancePage('heidi');
  const dialog = await openAction(page, 'Clear size override');
  const send = dialog.getByRole('button', { name: 'Clear size override' });
  await dialog.getByRole('checkbox', { name: 'Restart now' }).check();
  await expect(send).toBeEnabled();
  await page.context().setOffline(true);
  await send.click();
  await expect(dialog.getByRole('alert')).toContainText(CONSOLE_AWAY, ANSWER);
  await expect(dialog.getByRole('checkbox', { name: 'Restart now' })).toBeChecked();
  await page.context().setOffline(false);
  await send.click();
  await expect(dialog).toBeHidden();
  await expect(toast(page, /Heidi's assistant/)).toBeVisible(OPERATION);
});

it('a session that ends in the middle of a dialog is renewed over it, and what was typed is sent', async () => {
  const page = await instancePage('mike');
  const dialog = await fillSizeOverride(page, 'Session that ends');
  await withRegistry(postgres.url, async (db) => void (await db.delete(sessions)));
  await sendOf(dialog).click();
  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(again).toBeVisible();
  await expect(again).toContainText('The page stays as it is, with everything that you typed.');
  await expectAccessible(page);
  await again.getByLabel('Password', { exact: true }).fill('not-the-password');
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(again.getByRole('alert')).toBeVisible();
  await again.getByLabel('Password', { exact: true }).fill(stack.admin.password);
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(again).toBeHidden();
  await expectKept(dialog, 'Session that ends');
  await sendOf(dialog).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Admin size override')).toBeVisible(ARRIVAL);
});

it('an operation that fails says why, on the page and in the timeline', async () => {
  const page = await instancePage('bob');
  await stack.fly.arm({
    route: 'POST /v1/apps/{app}/machines/{machine}/start',
    nth: 1,
    kind: 'fail_before',
    answer: { status: 422, body: { error: 'unprocessable: the image can’t be unpacked' } },
  });
  await actionButton(page, 'Start').click();
  const told = toast(page, "Start of Bob's assistant failed");
  await expect(told).toBeVisible(OPERATION);
  const entry = page.getByRole('list', { name: 'Operations', exact: true }).getByRole('listitem').first();
  await expect(entry).toContainText('Failed');
  await expectAccessible(page);
});

it('an instance whose host is full starts on another one, and the volume that was left is shown until somebody lets it go', async () => {
  const page = await instancePage('bob');
  await stack.fly.arm({
    route: 'POST /v1/apps/{app}/machines/{machine}/start',
    nth: 1,
    kind: 'fail_before',
    answer: { status: 422, body: { error: 'insufficient resources available to fulfill request' } },
  });
  await actionButton(page, 'Start').click();
  await expect(liveStatus(page, 'Status')).toContainText('Running', OPERATION);
  await expect(liveStatus(page, 'Drift')).toHaveText('Retired volume kept', ARRIVAL);
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Delete vol_/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('is deleted with all the data on it. There is no way back.');
});

it('an instance that is destroyed behind an open dialog says so, and the dialog keeps its form', async () => {
  const page = await instancePage('ivan');
  const dialog = await fillSizeOverride(page, 'Destroyed meanwhile');
  await stack.client.call('destroy', targetOf('ivan'), { waitS: 60 });
  await sendOf(dialog).click();
  await expect(dialog.getByRole('alert')).toContainText(
    'The instance has been destroyed. Its id is never used again: provision a new one.',
    ANSWER,
  );
  await expectKept(dialog, 'Destroyed meanwhile');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^This instance was destroyed/)).toBeVisible(ARRIVAL);
  await expect(actionButton(page, 'Size override')).toHaveAccessibleDescription(/has been destroyed/);
});

it('a plan that is stale says so, shows the new one, and is confirmed again', async () => {
  const page = await instancePage('judy');
  const dialog = await fillSizeOverride(page, 'Stale plan');
  const { body } = await stack.client.call(
    'extendVolume',
    { ...targetOf('judy'), targetSizeGb: 16 },
    { waitS: 60 },
  );
  expect(body).toHaveProperty('operation.status', 'succeeded');
  await sendOf(dialog).click();
  await expect(dialog.getByRole('alert')).toContainText(PLAN_STALE, ANSWER);
  await expectKept(dialog, 'Stale plan');
  await sendOf(dialog).click();
  await expect(dialog).toBeHidden();
});
