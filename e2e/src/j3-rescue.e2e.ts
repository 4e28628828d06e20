/** A customer on the phone whose instance is out of memory; and the sale that comes of it. */
import { expect, type Page } from '@playwright/test';
import { describe, it } from 'vitest';
import {
  ARRIVAL,
  actionButton,
  expectBeforeAfter,
  expectRefused,
  factOf,
  instanceRow,
  liveStatus,
  OPERATION,
  openAction,
  timelineEntry,
  toast,
} from './console.ts';
import { type FlyTruth, flyTruthOf } from './fly-truth.ts';
import { findReceived, recordReceived } from './received.ts';
import { demoTarget } from './stack.ts';
import { useConsole } from './testing/use-console.ts';

const NAME = "Alice's assistant";
const REASON = 'Ticket 4711: out of memory while it imports';
const BILLED = { cpus: 1, memoryMb: 3_072, volumeSizeGb: 10 };
const LENT = { cpus: 4, memoryMb: 16_384, volumeSizeGb: 10 };

const { stack, pageOf } = useConsole();

const truth = (): Promise<FlyTruth> => flyTruthOf(stack(), demoTarget(stack(), 'alice'));
const loan = (page: Page) => page.getByRole('region', { name: 'Admin size override' });
const badge = (page: Page) => page.getByRole('button', { name: 'Override', exact: true });

const adminPage = (path = `/admin/instances/${demoTarget(stack(), 'alice').instanceId}`) =>
  pageOf('admin', path);

/** Fills the dialog of the size override as far as it has to be. */
async function lend(page: Page, { restartNow = false } = {}): Promise<void> {
  const dialog = await openAction(page, 'Size override');
  const submit = dialog.getByRole('button', { name: 'Set size override' });
  await expectRefused(submit, 'Choose a size first.');
  await dialog.getByRole('radio', { name: 'perf-4-16', exact: true }).check();
  await expectRefused(submit, 'Say why the size is lent.');
  await dialog.getByLabel('Reason').fill(REASON);
  await dialog.getByLabel('Expires', { exact: true }).selectOption({ label: '7 days' });
  await expectBeforeAfter(dialog, { CPU: ['1', '4'], RAM: ['3 GB', '16 GB'] });
  await expect(dialog).toContainText('Billed as before: perf-1-3, 1 CPU · 3 GB.');
  if (restartNow) await dialog.getByRole('checkbox', { name: 'Restart now' }).check();
  await expect(dialog.getByRole('status')).toContainText(
    restartNow
      ? 'It takes effect at once. The instance is down while it stops and starts again.'
      : 'The running machine stays as it is until its next start.',
  );
  await submit.click();
  await expect(dialog).toBeHidden();
  await expect(toast(page, `${NAME} has a size override`)).toBeVisible(OPERATION);
}

async function restart(page: Page): Promise<void> {
  const dialog = await openAction(page, 'Restart');
  await dialog.getByRole('button', { name: 'Restart', exact: true }).click();
  await expect(toast(page, `${NAME} has restarted`)).toBeVisible(OPERATION);
}

describe('a rescue', () => {
  it('shows at once what is lent, and leaves the machine as it is until its next start', async () => {
    const page = await adminPage();
    await expect(liveStatus(page, 'Machine size')).toContainText('Running on 1 CPU · 3 GB');
    await expect(loan(page)).toHaveCount(0);
    await expect(badge(page)).toHaveCount(0);
    await expectRefused(actionButton(page, 'Clear size override'), 'There is no size override to clear.');
    const before = await truth();
    expect(before).toMatchObject({ state: 'started', ...BILLED });

    await lend(page);
    await expect(loan(page)).toContainText('4 CPU · 16 GB · Admin');
    await expect(loan(page)).toContainText(REASON);
    await expect(loan(page)).toContainText('expires in');
    await expect(loan(page)).toContainText('pending restart');
    await expect(badge(page)).toBeVisible();
    await expect(page.getByRole('group', { name: 'Instance tier' })).toHaveText('perf-1-3');
    await expect(liveStatus(page, 'Machine size')).toHaveText(/Running on 1 CPU · 3 GB.*Billed 1 CPU · 3 GB/);
    expect(await truth()).toEqual(before);
  });

  it('runs on what is lent from the next start on', async () => {
    const page = await adminPage();
    await restart(page);
    expect(await truth()).toMatchObject({ state: 'started', ...LENT });
    await expect(liveStatus(page, 'Machine size')).toHaveText(
      /Running on 4 CPU · 16 GB.*Billed 1 CPU · 3 GB/,
    );
    await expect(loan(page)).toContainText(REASON);
    await expect(loan(page)).not.toContainText('pending restart');
  });

  it('is nowhere on the customer’s pages, nor in what these receive', async () => {
    const page = await pageOf('customer');
    const recorder = recordReceived(page.context());
    await page.reload();
    const plan = page.getByRole('region', { name: 'Your instance' });
    for (const [term, value] of [
      ['Tier', 'perf-1-3'],
      ['CPU', '1'],
      ['RAM', '3 GB'],
      ['Disk', '10 GB'],
    ] as const)
      await expect(factOf(plan, term)).toHaveText(value);
    await expect(page.getByRole('list', { name: 'What has happened' })).toContainText('was restarted');
    const received = await recorder.all();
    expect(received.some(({ url }) => url.includes('customer.instances.get'))).toBe(true);
    expect(findReceived(received, /override|4711|16384|perf-4-16/i)).toEqual([]);
  });

  it('is found by its chip, told by its badge, taken back, and over with the next restart', async () => {
    const page = await adminPage('/admin/instances');
    await expect(instanceRow(page, NAME).getByRole('button', { name: 'Override' })).toBeVisible(ARRIVAL);
    const chip = page.getByRole('button', { name: 'Has size override', exact: true });
    await expect(chip).toHaveAccessibleDescription('3');
    await chip.click();
    await expect(page).toHaveURL(/[?&]override=any/);
    await expect(instanceRow(page, "Bob's assistant")).toHaveCount(0);
    for (const name of [NAME, "Heidi's assistant", "Ivan's assistant"])
      await expect(instanceRow(page, name)).toBeVisible();
    await instanceRow(page, NAME).getByRole('button', { name: 'Override' }).focus();
    for (const fact of ['4 CPU · 16 GB', 'Admin', REASON])
      await expect(page.getByRole('tooltip')).toContainText(fact);

    await instanceRow(page, NAME).getByRole('link', { name: NAME }).click();
    const dialog = await openAction(page, 'Clear size override');
    await expectBeforeAfter(dialog, { CPU: ['4', '1'], RAM: ['16 GB', '3 GB'] });
    await expect(dialog.getByRole('status')).toHaveText('It goes back to 1 CPU · 3 GB at the next start.');
    await dialog.getByRole('button', { name: 'Clear size override' }).click();
    await expect(toast(page, `${NAME} has no size override any more`)).toBeVisible(OPERATION);
    await expect(loan(page)).toHaveCount(0);
    await expect(badge(page)).toHaveCount(0);
    expect(await truth()).toMatchObject({ state: 'started', ...LENT });

    await restart(page);
    expect(await truth()).toMatchObject({ state: 'started', ...BILLED });
    await expect(liveStatus(page, 'Machine size')).toHaveText(/Running on 1 CPU · 3 GB.*Billed 1 CPU · 3 GB/);
    await page.getByRole('tab', { name: 'Audit' }).click();
    const log = page.getByRole('table', { name: 'Audit log' });
    for (const action of ['Size override', 'Clear size override'])
      await expect(log.getByRole('row', { name: new RegExp(`^${action} .*Admin.*Succeeded`) })).toHaveCount(
        1,
        ARRIVAL,
      );
  });
});

describe('a rescue that becomes a sale', () => {
  it('comes at once where that is asked for', async () => {
    const page = await adminPage();
    await lend(page, { restartNow: true });
    expect(await truth()).toMatchObject({ state: 'started', ...LENT });
    await expect(loan(page)).not.toContainText('pending restart');
  });

  it('ends with the resize, which says so before, and in timeline and audit trail after', async () => {
    const page = await adminPage();
    const dialog = await openAction(page, 'Resize tier');
    await dialog.getByRole('radio', { name: 'perf-4-8', exact: true }).check();
    await expect(dialog).toContainText('The size override (4 CPU · 16 GB) will be cleared');
    await expectBeforeAfter(dialog, { Tier: ['perf-1-3', 'perf-4-8'], RAM: ['3 GB', '8 GB'] });
    await dialog.getByRole('checkbox', { name: 'Stop, resize and start now' }).check();
    await dialog.getByRole('button', { name: 'Resize tier', exact: true }).click();
    await expect(toast(page, `${NAME} is resized`)).toBeVisible(OPERATION);

    expect(await truth()).toMatchObject({ state: 'started', cpus: 4, memoryMb: 8_192, volumeSizeGb: 20 });
    await expect(page.getByRole('group', { name: 'Instance tier' })).toHaveText('perf-4-8');
    await expect(loan(page)).toHaveCount(0);
    await expect(badge(page)).toHaveCount(0);
    await expect(timelineEntry(page, 'Resize tier')).toContainText('Lent4 CPU · 16 GBtonone');

    await page.getByRole('tab', { name: 'Audit' }).click();
    const row = page.getByRole('row', { name: /^Resize tier .*Succeeded/ });
    await expect(row).toBeVisible(ARRIVAL);
    await row.getByRole('button', { name: /^Details of Resize tier/ }).click();
    const log = page.getByRole('table', { name: 'Audit log' });
    await expect(factOf(log, 'Result › Cleared override › Preset')).toHaveText('perf-4-16');
    await expect(factOf(log, 'Result › Cleared override › Reason')).toHaveText(REASON);
  });
});
