/** Somebody leaves: nothing of theirs goes on but an id, and nobody else loses anything by it. */
import { expect, type Page } from '@playwright/test';
import { describe, expect as expectNow, it } from 'vitest';
import { ARRIVAL, OPERATION, openAction, toast } from './console.ts';
import { flyTruthOf } from './fly-truth.ts';
import { untilSettled } from './pages.ts';
import { findReceived, recordReceived } from './received.ts';
import { demoTarget } from './stack.ts';
import { useConsole } from './testing/use-console.ts';

const LEAVER = { email: 'mallory@example.com', name: 'Mallory Heron', password: 'a-password-of-her-own' };
const REASON = 'Mallory asked for it in the hallway';
const OF_THE_ADMIN = /mallory|hallway/i;
/** The id `heidi` stays, in the audit trail. */
const OF_THE_CUSTOMER = /heidi@|Heidi/;

const { stack, guestPage, pageOf } = useConsole();

const pathOf = (userId: string) => `/admin/instances/${demoTarget(stack(), userId).instanceId}`;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Where the instance and the person stand themselves. */
const nearBy = (personId: string, instancePath: string) => [instancePath, `/admin/people/${personId}`];

/** Every page of the console that could tell of them. */
const everywhere = (personId: string, instancePath: string) => [
  ...nearBy(personId, instancePath),
  `${instancePath}?tab=audit`,
  '/admin/instances',
  '/admin/instances?status=destroyed',
  '/admin/overrides',
  '/admin/audit',
  '/admin/people',
];

/** What the pages at these paths receive. */
async function received(paths: readonly string[]) {
  const page = await pageOf('admin');
  const { all } = recordReceived(page.context());
  for (const path of paths) {
    await page.goto(path);
    await untilSettled(page);
  }
  return all();
}

/** Invites an admin and signs in as them, by the link. */
async function invitedAdmin(): Promise<Page> {
  const page = await pageOf('admin', '/admin/people');
  await button(page, 'Invite a person').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email', { exact: true }).fill(LEAVER.email);
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(LEAVER.name);
  await dialog.getByLabel('Role', { exact: true }).selectOption({ label: 'Admin: everything' });
  await button(page, 'Make the link').click();
  const link = await dialog.getByLabel('One-time link', { exact: true }).inputValue();
  const leaver = await guestPage();
  await leaver.goto(link);
  for (const label of ['Password', 'Repeat password'])
    await leaver.getByLabel(label, { exact: true }).fill(LEAVER.password);
  await button(leaver, 'Set password').click();
  await expect(leaver.getByRole('heading', { level: 1, name: 'Fleet' })).toBeVisible();
  return leaver;
}

/** Deletes a person from their page, after a look at what it will do; answers their id. */
async function deletePerson(page: Page, email: string, consequences: readonly RegExp[]): Promise<string> {
  await button(page, 'Delete person').click();
  const dialog = page.getByRole('dialog');
  const preview = dialog.getByRole('list', { name: 'What the deletion does' });
  for (const consequence of consequences) await expect(preview).toContainText(consequence);
  await expect(button(page, 'Delete person').last()).toBeDisabled();
  await dialog.getByLabel(`Type ${email} to confirm`).fill(email);
  await dialog.getByRole('button', { name: 'Delete person', exact: true }).click();
  await expect(toast(page, 'The person is deleted')).toBeVisible(OPERATION);
  await expect(page.getByRole('heading', { level: 1, name: 'Deleted person' })).toBeVisible();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

describe('an admin who has lent hardware', () => {
  it('is deleted; the loan stays in force, as set by a deleted admin, without a word of theirs', async () => {
    const leaver = await invitedAdmin();
    await leaver.goto(pathOf('alice'));
    const dialog = await openAction(leaver, 'Size override');
    await dialog.getByRole('radio', { name: 'perf-4-8', exact: true }).check();
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('checkbox', { name: 'Restart now' }).check();
    await button(leaver, 'Set size override').click();
    await expect(toast(leaver, "Alice's assistant has a size override")).toBeVisible(OPERATION);

    const page = await pageOf('admin', pathOf('alice'));
    const loan = page.getByRole('region', { name: 'Admin size override' });
    await expect(loan).toContainText(`4 CPU · 8 GB · ${LEAVER.name}`);
    await expect(loan).toContainText(REASON);
    await page.goto(`/admin/people?q=${LEAVER.email}`);
    await page.getByRole('link', { name: LEAVER.name, exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: LEAVER.name })).toBeVisible();
    const personId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const told = await received(nearBy(personId, pathOf('alice')));
    expectNow(findReceived(told, OF_THE_ADMIN)).not.toEqual([]);

    const deletedId = await deletePerson(page, LEAVER.email, [
      /No instance is destroyed/,
      /1 session\) ends at once/,
      /What they have lent to others stays in force \(1 override\), without their name and without their reasons/,
    ]);
    expectNow(deletedId).toBe(personId);
    await leaver.reload();
    await expect(leaver).toHaveURL(/\/sign-in/);

    await page.goto(pathOf('alice'));
    await expect(loan).toContainText('4 CPU · 8 GB · deleted admin');
    await expect(loan).toContainText('the reason is not kept, since who gave it was deleted');
    expectNow(await flyTruthOf(stack(), demoTarget(stack(), 'alice'))).toMatchObject({
      state: 'started',
      cpus: 4,
      memoryMb: 8_192,
    });
    await expect
      .poll(
        async () => findReceived(await received(everywhere(personId, pathOf('alice'))), OF_THE_ADMIN),
        ARRIVAL,
      )
      .toEqual([]);
  });
});

describe('a customer', () => {
  it('is deleted with their instance, and no page tells of them any more', async () => {
    const { providerState } = (await stack().client.call('debugStatus', demoTarget(stack(), 'heidi'))).body;
    const appsNow = async () => (await stack().fly.state()).apps.map(({ name }) => name);
    expectNow(await appsNow()).toContain(providerState.appName);
    const page = await pageOf('admin', '/admin/people/heidi');
    const told = await received(nearBy('heidi', pathOf('heidi')));
    expectNow(findReceived(told, OF_THE_CUSTOMER)).not.toEqual([]);

    await deletePerson(page, 'heidi@example.com', [
      /Their instance is destroyed, with its volume/,
      /Heidi's assistant/,
    ]);
    expectNow(await appsNow()).not.toContain(providerState.appName);
    await page.goto(pathOf('heidi'));
    await expect(page.getByRole('region', { name: 'Destroyed' })).toBeVisible();
    await expect
      .poll(
        async () => findReceived(await received(everywhere('heidi', pathOf('heidi'))), OF_THE_CUSTOMER),
        ARRIVAL,
      )
      .toEqual([]);
  });
});
