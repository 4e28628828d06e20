/** A customer at Northflank, where a size is a plan and another plan needs no stop: the dialogs say so. */
import { expect, type Page } from '@playwright/test';
import { beforeAll, describe, it } from 'vitest';
import {
  ARRIVAL,
  expectBeforeAfter,
  expectRefused,
  liveStatus,
  OPERATION,
  openAction,
  timelineEntry,
  toast,
} from './console.ts';
import { useConsole } from './testing/use-console.ts';

const NAME = 'Northflank assistant';
const OWNER = 'nf-customer';
const DISK_WARNING = 'The disk grows from 10 GB to 20 GB. It can’t be shrunk';

const { stack, pageOf } = useConsole();
let instanceId: string;

const instancePage = (): Promise<Page> => pageOf('admin', `/admin/instances/${instanceId}`);

/** The plan that the record holds: what the simulator really runs is held by the stack's own journeys. */
async function planNow(): Promise<unknown> {
  const { body } = await stack().client.call('debugStatus', { userId: OWNER, instanceId, live: 'true' });
  return body.providerState.planId;
}

beforeAll(async () => {
  const page = await stack().client.call('providers', {});
  expect(page.body.providers.map(({ id }) => id)).toContain('northflank');
});

it('is made in the dialog, which offers the providers that there are', async () => {
  const page = await pageOf('admin', '/admin/instances');
  await page.getByRole('button', { name: 'New instance' }).click();
  const dialog = page.getByRole('dialog', { name: 'New instance' });
  await dialog.getByLabel('Owner').fill(OWNER);
  await dialog.getByLabel('Name').fill(NAME);
  await dialog.getByLabel('Provider').selectOption('northflank');
  await dialog.getByRole('button', { name: 'Create instance' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/\/admin\/instances\/[0-9a-f-]{36}$/);
  instanceId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await expect(liveStatus(page, 'Status')).toContainText('Running', OPERATION);
  // There is no plan of one CPU and 3 GB: what is given is told, and what is billed stays.
  await expect(liveStatus(page, 'Machine size')).toHaveText(/Running on 1 CPU · 4 GB.*Billed 1 CPU · 3 GB/);
  await expect(liveStatus(page, 'Drift')).toHaveText('None');
  await expect(liveStatus(page, 'Provider')).toHaveText(/^northflank\s*Sandbox$/);
  expect(await planNow()).toBe('nf-compute-100-4');
});

describe('growing', () => {
  it('asks for no stop, tells of the restart that comes with it, and does it', async () => {
    const page = await instancePage();
    const dialog = await openAction(page, 'Resize tier');
    await expect(dialog.getByRole('checkbox', { name: /stop/i })).toHaveCount(0);
    await dialog.getByRole('radio', { name: 'perf-4-8', exact: true }).check();
    await expectBeforeAfter(dialog, {
      Tier: ['perf-1-3', 'perf-4-8'],
      CPU: ['1', '4'],
      RAM: ['3 GB', '8 GB'],
      Disk: ['10 GB', '20 GB'],
    });
    await expect(dialog.getByRole('status')).toContainText(
      'The instance is down while it stops and starts again.',
    );
    await expect(dialog).toContainText(DISK_WARNING);
    await dialog.getByRole('button', { name: 'Resize tier', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(toast(page, `${NAME} is resized`)).toBeVisible(OPERATION);
    await expect(liveStatus(page, 'Machine size')).toHaveText(/Running on 4 CPU · 8 GB.*Billed 4 CPU · 8 GB/);
    await expect(liveStatus(page, 'Volume size')).toHaveText('20 GB');
    await expect(timelineEntry(page, 'Resize tier')).toContainText('Succeeded');
    expect(await planNow()).toBe('nf-compute-400');
  });
});

describe('a rescue', () => {
  it('is lent by another plan at once, and taken back', async () => {
    const page = await instancePage();
    const dialog = await openAction(page, 'Size override');
    const tooSmall = dialog.getByRole('radio', { name: 'perf-4-8', exact: true });
    await expect(tooSmall).toHaveAccessibleDescription(/not larger than the instance’s own/);
    await dialog.getByRole('radio', { name: 'perf-4-16', exact: true }).check();
    await expectRefused(
      dialog.getByRole('button', { name: 'Set size override' }),
      'Say why the size is lent.',
    );
    await dialog.getByLabel('Reason').fill('Out of memory');
    await dialog.getByRole('checkbox', { name: 'Restart now' }).check();
    await dialog.getByRole('button', { name: 'Set size override' }).click();
    await expect(dialog).toBeHidden();
    await expect(toast(page, `${NAME} has a size override`)).toBeVisible(OPERATION);
    await expect(liveStatus(page, 'Machine size')).toHaveText(
      /Running on 4 CPU · 16 GB.*Billed 4 CPU · 8 GB/,
      OPERATION,
    );
    expect(await planNow()).toBe('nf-compute-400-16');

    const clear = await openAction(page, 'Clear size override');
    await clear.getByRole('checkbox', { name: 'Restart now' }).check();
    await clear.getByRole('button', { name: 'Clear size override' }).click();
    await expect(clear).toBeHidden();
    await expect(liveStatus(page, 'Machine size')).toHaveText(
      /Running on 4 CPU · 8 GB.*Billed 4 CPU · 8 GB/,
      OPERATION,
    );
    expect(await planNow()).toBe('nf-compute-400');
  });
});

it('is found by its provider in the list', async () => {
  const page = await pageOf('admin', '/admin/instances');
  await page.getByRole('button', { name: /^northflank/ }).click();
  await expect(page.getByRole('link', { name: NAME })).toBeVisible(ARRIVAL);
  await expect(page.getByRole('link', { name: "Alice's assistant" })).toBeHidden();
});
