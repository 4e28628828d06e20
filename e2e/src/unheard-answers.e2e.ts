/** A form whose answer does not come keeps what was typed, and what it asks for is done once. */
import { expect, type Page } from '@playwright/test';
import { afterAll, beforeAll, it } from 'vitest';
import { pauseControlPlane } from './bad-weather.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { useBrowser } from './testing/use-browser.ts';

/** Longer than the web waits for the control plane. */
const ANSWER_TIMEOUT_MS = 30_000;

const { newPage } = useBrowser();
let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

function targetOf(userId: string) {
  return { userId, instanceId: stack.demo.get(userId) ?? '' };
}

async function overridesAskedFor(userId: string): Promise<number> {
  const { body } = await stack.client.call('operations', targetOf(userId));
  return body.items.filter(({ operation }) => operation.kind === 'set_override').length;
}

/** The size override of this owner's instance, filled in and not yet sent. */
async function fillSizeOverride(userId: string, reason: string): Promise<Page> {
  const page = await newPage({ baseUrl: stack.webUrl });
  await signIn(page, stack.admin);
  await page.goto(`/admin/instances/${targetOf(userId).instanceId}`);
  await page.getByRole('button', { name: 'Size override', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Size override' });
  await dialog.getByRole('radio', { name: 'perf-4-16' }).check();
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByLabel('Expires').selectOption('24 h');
  await expect(dialog.getByText('The running machine stays as it is until its next start.')).toBeVisible();
  return page;
}

it('asks for the same again where the control plane did not answer, and lends once', async () => {
  const page = await fillSizeOverride('alice', 'Import of a large archive');
  const dialog = page.getByRole('dialog', { name: 'Size override' });
  const send = dialog.getByRole('button', { name: 'Set size override' });
  const outage = await pauseControlPlane(stack);
  try {
    await send.click();
    await expect(dialog.getByRole('alert')).toContainText('The control plane does not answer', {
      timeout: ANSWER_TIMEOUT_MS,
    });
  } finally {
    await outage.end();
  }
  await expect(dialog.getByLabel('Reason')).toHaveValue('Import of a large archive');
  await expect(dialog.getByRole('radio', { name: 'perf-4-16' })).toBeChecked();
  await send.click();
  await expect(dialog).toBeHidden();
  expect(await overridesAskedFor('alice')).toBe(1);
  const { body } = await stack.client.call('debugStatus', targetOf('alice'));
  expect(body.sizeOverride?.reason).toBe('Import of a large archive');
});

it('goes on with all that was typed once somebody whose session ended has signed in again', async () => {
  const page = await fillSizeOverride('grace', 'Session that ends');
  const dialog = page.getByRole('dialog', { name: 'Size override' });
  await page.context().clearCookies();
  await dialog.getByRole('button', { name: 'Set size override' }).click();
  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await again.getByLabel('Password', { exact: true }).fill(stack.admin.password);
  await again.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(again).toBeHidden();
  await expect(dialog.getByLabel('Reason')).toHaveValue('Session that ends');
  await expect(dialog.getByLabel('Expires')).toHaveValue('24h');
  await dialog.getByRole('button', { name: 'Set size override' }).click();
  await expect(dialog).toBeHidden();
  expect(await overridesAskedFor('grace')).toBe(1);
});
