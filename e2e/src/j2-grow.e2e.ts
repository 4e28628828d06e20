/** For good: another tier, more disk, and the hardware that nobody had on record. */
import { expect } from '@playwright/test';
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
import { flyTruthOf } from './fly-truth.ts';
import { demoTarget } from './stack.ts';
import { useConsole } from './testing/use-console.ts';

const { stack, pageOf } = useConsole();

const instancePage = (userId: string) =>
  pageOf('admin', `/admin/instances/${demoTarget(stack(), userId).instanceId}`);

const truthOf = (userId: string) => flyTruthOf(stack(), demoTarget(stack(), userId));

describe('growing a customer', () => {
  it('tells what will come before it is asked for, and does nothing unasked', async () => {
    const page = await instancePage('alice');
    const before = await truthOf('alice');
    const dialog = await openAction(page, 'Resize tier');
    await expect(dialog.getByRole('radio', { name: 'perf-1-3', exact: true })).toBeDisabled();
    await expect(dialog.getByRole('radio', { name: 'perf-4-16', exact: true })).toHaveAccessibleDescription(
      '4 performance CPUs · 16 GB RAM · 40 GB disk',
    );
    const submit = dialog.getByRole('button', { name: 'Resize tier', exact: true });
    await expectRefused(submit, 'Choose a tier first.');

    await dialog.getByRole('radio', { name: 'perf-4-8', exact: true }).check();
    await expectBeforeAfter(dialog, {
      Tier: ['perf-1-3', 'perf-4-8'],
      CPU: ['1', '4'],
      RAM: ['3 GB', '8 GB'],
      Disk: ['10 GB', '20 GB'],
    });
    await expect(dialog.getByRole('status')).toContainText(
      '4 performance CPUs, 8 GB of RAM and 20 GB of storage, for good. The instance is down while it stops and starts again.',
    );
    await expect(dialog).toContainText('It can’t be shrunk, so there is no way back to a smaller tier.');
    await expectRefused(submit, 'The instance is running: tick “Stop, resize and start now” first.');
    await submit.click({ force: true });
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    expect(await truthOf('alice')).toEqual(before);
  });

  it('stops, resizes and starts it, and tells everyone', async () => {
    const page = await instancePage('alice');
    const dialog = await openAction(page, 'Resize tier');
    await dialog.getByRole('radio', { name: 'perf-4-8', exact: true }).check();
    await dialog.getByRole('checkbox', { name: 'Stop, resize and start now' }).check();
    await dialog.getByRole('button', { name: 'Resize tier', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(toast(page, "Alice's assistant is resized")).toBeVisible(OPERATION);
    expect(await truthOf('alice')).toMatchObject({
      state: 'started',
      cpus: 4,
      memoryMb: 8_192,
      volumeSizeGb: 20,
    });

    await expect(page.getByRole('group', { name: 'Instance tier' })).toHaveText('perf-4-8');
    await expect(liveStatus(page, 'Status')).toContainText('Running');
    await expect(liveStatus(page, 'Machine size')).toHaveText(/Running on 4 CPU · 8 GB.*Billed 4 CPU · 8 GB/);
    await expect(liveStatus(page, 'Volume size')).toHaveText('20 GB');
    const entry = timelineEntry(page, 'Resize tier');
    await expect(entry).toContainText('Succeeded');
    await expect(entry).toContainText('by Admin');
    for (const change of ['Tierperf-1-3toperf-4-8', 'CPU1to4', 'RAM3 GBto8 GB', 'Disk10 GBto20 GB'])
      await expect(entry).toContainText(change);
  });

  it('is what the customer’s dashboard, the list and the audit trail say', async () => {
    const own = await pageOf('customer');
    const plan = own.getByRole('region', { name: 'Your instance' });
    for (const [term, value] of [
      ['Tier', 'perf-4-8'],
      ['CPU', '4'],
      ['RAM', '8 GB'],
      ['Disk', '20 GB'],
    ] as const)
      await expect(factOf(plan, term)).toHaveText(value);
    await expect(own.getByRole('list', { name: 'What has happened' })).toContainText(
      'Your instance was moved to another tier',
    );

    const page = await instancePage('alice');
    await page.getByRole('tab', { name: 'Audit' }).click();
    const row = page
      .getByRole('table', { name: 'Audit log' })
      .getByRole('row')
      .filter({ hasText: 'Resize tier' })
      .filter({ hasText: 'Succeeded' });
    await expect(row).toContainText('Admin');
    await row.getByRole('button', { name: /^Details of Resize tier, succeeded/ }).click();
    const details = page.getByRole('table', { name: 'Audit log' });
    await expect(factOf(details, 'Instance type')).toHaveText('perf-1-3perf-4-8');
    await expect(factOf(details, 'Machine size')).toHaveText('1 CPU · 3 GB4 CPU · 8 GB');
    await expect(factOf(details, 'Volume size gb')).toHaveText('1020');

    await page.goto('/admin/instances');
    await expect(instanceRow(page, "Alice's assistant")).toContainText('perf-4-8', ARRIVAL);
    await expect(instanceRow(page, "Alice's assistant")).toContainText('20 GB');
  });
});

describe('more disk', () => {
  it('is asked for with what can’t be undone, and makes the instance custom', async () => {
    const page = await instancePage('carol');
    const dialog = await openAction(page, 'Extend volume');
    await expect(dialog.getByLabel('Target size (GB)')).toHaveValue('15');
    await expectBeforeAfter(dialog, { Tier: ['perf-1-3', 'Custom'], Disk: ['10 GB', '15 GB'] });
    await expect(dialog).toContainText('The volume can’t be shrunk again.');
    await expect(dialog).toContainText('The instance becomes Custom');
    const submit = dialog.getByRole('button', { name: 'Extend volume', exact: true });
    await expectRefused(submit, "Tick “I understand that this can't be undone” first.");
    await submit.click({ force: true });
    expect((await truthOf('carol')).volumeSizeGb).toBe(10);

    await dialog.getByRole('checkbox', { name: "I understand that this can't be undone" }).check();
    await submit.click();
    await expect(toast(page, "Carol's assistant has a larger volume")).toBeVisible(OPERATION);
    expect(await truthOf('carol')).toMatchObject({ state: 'started', cpus: 1, volumeSizeGb: 15 });
    await expect(page.getByRole('group', { name: 'Instance tier' })).toHaveText('Custom');
    await expect(liveStatus(page, 'Volume size')).toHaveText('15 GB');
    await expect(timelineEntry(page, 'Extend volume')).toContainText('Disk10 GBto15 GB');
  });

  it('leaves only tiers with that much disk', async () => {
    const page = await instancePage('carol');
    const dialog = await openAction(page, 'Resize tier');
    const tier = (name: string) => dialog.getByRole('radio', { name, exact: true });
    await expect(tier('perf-1-3')).toBeDisabled();
    await expect(tier('perf-1-3')).toHaveAccessibleDescription(
      /A volume can't shrink: this one has 15 GB, perf-1-3 has 10 GB\. Choose perf-4-8 or perf-4-16\./,
    );
    await expect(tier('shared-2-4')).toBeDisabled();
    await expect(tier('shared-2-4')).toHaveAccessibleDescription(/legacy tier/);
    for (const name of ['perf-4-8', 'perf-4-16']) await expect(tier(name)).toBeEnabled();
  });
});

it('learns the hardware of an instance that nobody has recorded, by looking at it', async () => {
  const page = await instancePage('olivia');
  await expect(page.getByRole('group', { name: 'Instance tier' })).toHaveText('Unknown');
  await expect(liveStatus(page, 'Volume size')).toHaveText('10 GB');
  await expect(liveStatus(page, 'Machine size')).toContainText('Billed unknown');

  const { providerState } = (await stack().client.call('debugStatus', demoTarget(stack(), 'olivia'))).body;
  const guest = { cpus: 1, memory_mb: 3_072, cpu_kind: 'performance' };
  await stack().fly.changeGuest(String(providerState.machineId), guest);
  await page.getByRole('button', { name: 'Look now' }).click();
  await expect(page.getByRole('group', { name: 'Instance tier' })).toHaveText('perf-1-3', OPERATION);
  await expect(liveStatus(page, 'Machine size')).toContainText('Billed 1 CPU · 3 GB');
  await expect(actionButton(page, 'Size override')).toBeEnabled();
});
