/** What may not be, or can't be done: refused before, while, and after it is asked for, and nothing is changed by it. */

import { act } from '@kiloclaw/dev/testing';
import { expect, type Locator, type Page } from '@playwright/test';
import { afterEach, describe, expect as expectNow, it } from 'vitest';
import {
  actionButton,
  expectBeforeAfter,
  expectRefused,
  liveStatus,
  OPERATION,
  openAction,
  timelineEntry,
  toast,
} from './console.ts';
import { flyTruthOf } from './fly-truth.ts';
import { demoTarget } from './stack.ts';
import { useConsole } from './testing/use-console.ts';

const HELD_TIMEOUT_MS = 30_000;
const REASON_MAX = 500;
const STOP = 'POST /v1/apps/{app}/machines/{machine}/stop';
const UNDER_WAY = /Another operation is under way \(restart\)\. Wait for it to end, then try again\./;

const { stack, pageOf } = useConsole();
afterEach(() => stack().fly.clearFaults());

const truthOf = (userId: string) => flyTruthOf(stack(), demoTarget(stack(), userId));

const instancePage = (userId: string) =>
  pageOf('admin', `/admin/instances/${demoTarget(stack(), userId).instanceId}`);
const radio = (dialog: Locator, name: string) => dialog.getByRole('radio', { name, exact: true });

/** The dialog to resize what runs, filled in. */
async function filledResize(page: Page, tier: string): Promise<Locator> {
  const dialog = await openAction(page, 'Resize tier');
  await radio(dialog, tier).check();
  await dialog.getByRole('checkbox', { name: 'Stop, resize and start now' }).check();
  return dialog;
}

const submitOf = (dialog: Locator, name: string) => dialog.getByRole('button', { name, exact: true });

describe('a resize', () => {
  it('for which the host has no room fails, and the instance is what it was', async () => {
    const page = await instancePage('alice');
    await stack().fly.arm({
      route: 'POST /v1/apps/{app}/machines/{machine}',
      nth: 1,
      kind: 'fail_before',
      answer: {
        status: 412,
        body: {
          error: 'could not reserve resource for machine: insufficient memory available to fulfill request',
        },
      },
    });
    const dialog = await filledResize(page, 'perf-4-8');
    await submitOf(dialog, 'Resize tier').click();

    const sentence = 'the host that holds its volume has no room for this size';
    const failed = toast(page, "Resize tier of Alice's assistant failed");
    await expect(failed).toContainText(sentence, OPERATION);
    await expect(timelineEntry(page, 'Resize tier')).toContainText('Failed');
    await expect(timelineEntry(page, 'Resize tier')).toContainText(sentence);
    await expect(liveStatus(page, 'Status')).toContainText('Running');
    await expect(liveStatus(page, 'Instance tier')).toHaveText('perf-1-3');
    await expect(liveStatus(page, 'Volume size')).toHaveText('10 GB');
    expectNow(await truthOf('alice')).toMatchObject({
      state: 'started',
      cpus: 1,
      memoryMb: 3_072,
      volumeSizeGb: 10,
    });
  });

  it('that was planned on something else by now is not done: the new plan is shown, the form kept', async () => {
    const page = await instancePage('carol');
    const dialog = await filledResize(page, 'perf-4-8');
    await expectBeforeAfter(dialog, { Disk: ['10 GB', '20 GB'] });
    await stack().client.call(
      'extendVolume',
      { ...demoTarget(stack(), 'carol'), targetSizeGb: 12 },
      { waitS: 30 },
    );
    await submitOf(dialog, 'Resize tier').click();
    await expect(dialog.getByRole('alert')).toContainText(
      'The instance has changed since this was shown. Nothing was done: look at the new plan and confirm again.',
    );
    await expectBeforeAfter(dialog, { Tier: ['Custom', 'perf-4-8'], Disk: ['12 GB', '20 GB'] });
    await expect(radio(dialog, 'perf-4-8')).toBeChecked();
    await expect(dialog.getByRole('checkbox', { name: 'Stop, resize and start now' })).toBeChecked();
    expectNow(await truthOf('carol')).toMatchObject({ state: 'started', cpus: 1, volumeSizeGb: 12 });

    await submitOf(dialog, 'Resize tier').click();
    await expect(toast(page, "Carol's assistant is resized")).toBeVisible(OPERATION);
    expectNow(await truthOf('carol')).toMatchObject({ state: 'started', cpus: 4, volumeSizeGb: 20 });
  });

  it('waits for what is under way, and whatever else would touch the machine', async () => {
    const [early, late] = [await instancePage('judy'), await instancePage('judy')];
    const dialog = await filledResize(early, 'perf-4-8');
    await expect(submitOf(dialog, 'Resize tier')).toBeEnabled();
    // Held again where the first try is given up.
    const holds = await Promise.all(
      [1, 2].map((nth) => stack().fly.arm({ route: STOP, nth, kind: 'hold_before' })),
    );
    const restarted = act(stack().client, 'restart', demoTarget(stack(), 'judy'));
    await stack().fly.untilHeld(holds[0] ?? '', HELD_TIMEOUT_MS);

    await submitOf(dialog, 'Resize tier').click();
    await expect(dialog.getByRole('alert')).toContainText(UNDER_WAY);
    await expect(radio(dialog, 'perf-4-8')).toBeChecked();

    await late.reload();
    for (const name of ['Start', 'Stop', 'Restart', 'Resize tier', 'Extend volume'])
      await expectRefused(actionButton(late, name), UNDER_WAY);
    await expect(actionButton(late, 'Destroy')).toBeEnabled();
    const loan = await openAction(late, 'Size override');
    await radio(loan, 'perf-4-8').check();
    await loan.getByLabel('Reason').fill('Imports a large archive');
    await expect(submitOf(loan, 'Set size override')).toBeEnabled();
    await loan.getByRole('checkbox', { name: 'Restart now' }).check();
    await expectRefused(submitOf(loan, 'Set size override'), UNDER_WAY);

    await stack().fly.clearFaults();
    await restarted;
    await expect(submitOf(loan, 'Set size override')).toBeEnabled(OPERATION);
    await submitOf(dialog, 'Resize tier').click();
    await expect(toast(early, "Judy's assistant is resized")).toBeVisible(OPERATION);
  });
});

describe('a size override', () => {
  it('that is not larger than the instance’s own size can’t be chosen', async () => {
    const dialog = await openAction(await instancePage('bob'), 'Size override');
    await expect(radio(dialog, 'perf-4-8')).toBeDisabled();
    await expect(radio(dialog, 'perf-4-8')).toHaveAccessibleDescription(
      /not larger than the instance’s own 4 CPUs and 8 GB\. Lend a larger one\./,
    );
    await expect(radio(dialog, 'perf-4-16')).toBeEnabled();
    await expectRefused(submitOf(dialog, 'Set size override'), 'Choose a size first.');

    const erin = await instancePage('erin');
    const button = actionButton(erin, 'Size override');
    await expectRefused(button, 'No preset is larger than the instance’s own size.');
    await button.click({ force: true });
    await expect(erin.getByRole('tooltip')).toHaveText('No preset is larger than the instance’s own size.');
    await expect(erin.getByRole('dialog')).toHaveCount(0);
  });

  it('without a reason, or with one that is too long, is refused as it is typed', async () => {
    const page = await instancePage('alice');
    const dialog = await openAction(page, 'Size override');
    const submit = submitOf(dialog, 'Set size override');
    const reason = dialog.getByLabel('Reason');
    await radio(dialog, 'perf-4-8').check();
    await expectRefused(submit, 'Say why the size is lent.');
    await reason.fill('   ');
    await expectRefused(submit, 'Say why the size is lent.');
    await reason.fill('x'.repeat(REASON_MAX + 1));
    await expectRefused(submit, 'Shorten the reason to 500 characters: it has 501.');
    await reason.blur();
    await expect(reason).toHaveAccessibleDescription(/it has 501.*501 \/ 500 characters/);
    await reason.fill('x'.repeat(REASON_MAX));
    await expect(submit).toBeEnabled();
    await dialog.getByLabel('Expires', { exact: true }).selectOption({ label: 'Date' });
    await expectRefused(submit, 'Say when the size is to be taken back.');
    await dialog.getByLabel('Expires at').fill('2020-01-01T00:00');
    await expectRefused(submit, 'Choose a time that is still to come.');
    await expect(page.getByRole('region', { name: 'Admin size override' })).toHaveCount(0);
  });

  it('for longer than may be is refused by the server, in its words, with the form kept', async () => {
    const dialog = await openAction(await instancePage('alice'), 'Size override');
    await radio(dialog, 'perf-4-8').check();
    await dialog.getByLabel('Reason').fill('Imports a large archive');
    await dialog.getByLabel('Expires', { exact: true }).selectOption({ label: 'Date' });
    await dialog.getByLabel('Expires at').fill('2099-01-01T00:00');
    await expect(dialog.getByRole('status')).toContainText('at most 30 days away');
    await expectRefused(submitOf(dialog, 'Set size override'), /at most 30 days away/);
    await expect(dialog.getByLabel('Reason')).toHaveValue('Imports a large archive');
  });
});

it('an extend to what is there already, or beyond 500 GB, is refused as it is typed', async () => {
  const dialog = await openAction(await instancePage('grace'), 'Extend volume');
  await dialog.getByRole('checkbox', { name: "I understand that this can't be undone" }).check();
  const size = dialog.getByLabel('Target size (GB)');
  const submit = submitOf(dialog, 'Extend volume');
  await expect(size).toHaveValue('35');
  for (const wrong of ['30', '29', '0', '-1', '501', '31.5', '']) {
    await size.fill(wrong);
    await expect(size, wrong).toHaveAccessibleDescription(/Give a whole number of GB from 31 to 500\./);
    await expectRefused(submit, 'Give a whole number of GB from 31 to 500.');
  }
  for (const right of ['31', '500']) {
    await size.fill(right);
    await expect(submit).toBeEnabled();
    await expectBeforeAfter(dialog, { Disk: ['30 GB', `${right} GB`] });
  }
});

describe('a destroy', () => {
  it('under a wrong name is not done', async () => {
    const page = await instancePage('mike');
    const before = await truthOf('mike');
    const dialog = await openAction(page, 'Destroy');
    const submit = submitOf(dialog, 'Destroy');
    const name = dialog.getByLabel("Type Mike's assistant to confirm");
    for (const wrong of ['', 'mike', "mike's assistant", "Judy's assistant"]) {
      await name.fill(wrong);
      await expectRefused(submit, "Type Mike's assistant to confirm");
    }
    await name.press('Enter');
    await submit.click({ force: true });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(liveStatus(page, 'Status')).toContainText('Running');
    expectNow(await truthOf('mike')).toEqual(before);
  });

  it('under the right one is done, and leaves nothing that could be done', async () => {
    const page = await instancePage('mike');
    const dialog = await openAction(page, 'Destroy');
    await dialog.getByLabel("Type Mike's assistant to confirm").fill("Mike's assistant");
    await submitOf(dialog, 'Destroy').click();
    await expect(toast(page, "Mike's assistant is destroyed")).toBeVisible(OPERATION);
    await expect(page.getByRole('region', { name: 'Destroyed' })).toContainText(
      'Its id is never used again.',
    );
    for (const name of ['Start', 'Resize tier', 'Size override', 'Extend volume'])
      await expectRefused(actionButton(page, name), /has been destroyed/);
    await expectRefused(actionButton(page, 'Destroy'), 'It is destroyed already.');
  });
});

describe('a new instance', () => {
  it('needs an owner that there can be, and is made at the provider that was chosen', async () => {
    const page = await pageOf('admin', '/admin/instances');
    await page.getByRole('button', { name: 'New instance', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'New instance' });
    const submit = submitOf(dialog, 'Create instance');
    await expectRefused(submit, 'Give the id of the owner.');
    await dialog.getByLabel('Owner').fill('alice@example.com');
    await expectRefused(submit, /An id has 1 to 64/);
    await dialog.getByLabel('Owner').fill('alice');
    await dialog.getByLabel('Provider').selectOption({ label: 'northflank, sandbox' });
    await submit.click();
    await expect(dialog).toBeHidden();
    await expect(liveStatus(page, 'Status')).toContainText('Running', OPERATION);
  });
});
