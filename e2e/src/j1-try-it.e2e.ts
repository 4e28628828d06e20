/** One command, and the first hour with it. */
import { expect } from '@playwright/test';
import { it } from 'vitest';
import { instanceRow, liveStatus, OPERATION, toast } from './console.ts';
import { signIn } from './sign-in.ts';
import { useConsole } from './testing/use-console.ts';

const CREATE_MACHINE = 'POST /v1/apps/{app}/machines';
const HELD_TIMEOUT_MS = 30_000;

const { stack, guestPage, pageOf } = useConsole();

it('prints the console with the accounts that open it', async () => {
  const { output } = stack().process;
  const printed = (label: string) => new RegExp(`${label} +(.+)`).exec(output)?.[1] ?? '';
  const account = (label: string) => {
    const [email = '', password = ''] = printed(label).split(', password ');
    return { email, password };
  };
  for (const [label, heading] of [
    ['admin', 'Fleet'],
    ['customer', "Alice's assistant"],
  ] as const) {
    const page = await guestPage(printed('console'));
    await signIn(page, account(label));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  }
});

it('shows a small fleet, counted', async () => {
  const page = await pageOf('admin', '/admin');
  await expect(page.getByRole('heading', { level: 1, name: 'Fleet' })).toBeVisible();
  const glance = page.getByRole('list', { name: 'At a glance' });
  for (const name of [/^Instances 11 10 running$/, /^Overrides 2 /, /^Drift 2 /])
    await expect(glance.getByRole('link', { name })).toBeVisible();
});

it('lists an instance in every condition', async () => {
  const page = await pageOf('admin', '/admin');
  await page.getByRole('link', { name: 'Instances', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Instances' })).toBeVisible();
  const conditions: Readonly<Record<string, readonly string[]>> = {
    Alice: ['Running', 'perf-1-3', '10 GB'],
    Bob: ['Stopped', 'perf-4-8', '20 GB'],
    Erin: ['Running', 'perf-4-16', '40 GB'],
    Frank: ['Running', 'shared-2-4 legacy'],
    Grace: ['Running', 'Custom', '30 GB'],
    Heidi: ['Running', 'perf-1-3', 'Override'],
    Ivan: ['Running', 'perf-1-3', 'Override'],
    Judy: ['Drift', '15 GB'],
    Mike: ['Drift', 'perf-1-3'],
    Olivia: ['Unknown'],
  };
  for (const [owner, texts] of Object.entries(conditions))
    for (const text of texts) await expect(instanceRow(page, `${owner}'s assistant`)).toContainText(text);
  await expect(instanceRow(page, "Niaj's assistant")).toHaveCount(0);

  await page.getByRole('button', { name: 'Destroyed', exact: true }).click();
  await expect(instanceRow(page, "Niaj's assistant")).toContainText('Destroyed');
  await expect(instanceRow(page, "Alice's assistant")).toHaveCount(0);
});

it('provisions an instance, and shows it become running', async () => {
  const page = await pageOf('admin', '/admin/instances');
  await page.getByRole('button', { name: 'New instance', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'New instance' });
  await dialog.getByLabel('Owner').fill('alice');
  await dialog.getByLabel('Name').fill('Second assistant');
  await dialog.getByRole('radio', { name: 'perf-1-3', exact: true }).check();
  const held = await stack().fly.arm({ route: CREATE_MACHINE, nth: 1, kind: 'hold_before' });
  await dialog.getByRole('button', { name: 'Create instance' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Second assistant' })).toBeVisible();
  await stack().fly.untilHeld(held, HELD_TIMEOUT_MS);
  const step = page
    .getByRole('region', { name: 'Provisioning' })
    .getByRole('list', { name: 'Steps of Provision' })
    .getByRole('listitem')
    .filter({ hasText: 'Create the machine' });
  await expect(step).toContainText('Running', OPERATION);
  await page.reload();
  await expect(step).toContainText('Running', OPERATION);

  await stack().fly.release(held, 'proceed');
  await expect(toast(page, 'Second assistant is provisioned')).toBeVisible(OPERATION);
  await expect(liveStatus(page, 'Status')).toContainText('Running');
  await expect(liveStatus(page, 'Instance tier')).toHaveText('perf-1-3');
  await expect(liveStatus(page, 'Machine size')).toContainText('Running on 1 CPU · 3 GB');
  await expect(liveStatus(page, 'Volume size')).toHaveText('10 GB');
  await expect(page.getByRole('region', { name: 'Provisioning' })).toHaveCount(0);

  const own = await pageOf('customer');
  for (const name of ["Alice's assistant", 'Second assistant'])
    await expect(own.getByRole('region', { name })).toContainText('Running');
});
