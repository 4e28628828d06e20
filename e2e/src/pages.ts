/** Every page of the console with its dialogs: what is checked for accessibility and taken as a picture. */
import { expect, type Page } from '@playwright/test';
import type { RunningStack } from './stack.ts';

const SETTLED_TIMEOUT_MS = 15_000;

export type Role = 'guest' | 'customer' | 'admin';

export interface ConsolePage {
  /** In kebab-case: of the picture's file. */
  readonly name: string;
  readonly role: Role;
  path(demo: RunningStack['demo']): string;
  /** Opens its dialog, by names alone. */
  open?(page: Page): Promise<void>;
}

function instanceOf(demo: RunningStack['demo'], userId: string): string {
  const id = demo.get(userId);
  if (id === undefined) throw new Error(`The demo fleet has no instance of ${userId}.`);
  return `/admin/instances/${id}`;
}

/** A page of the demo's normal running instance, with the dialog of this button open. */
function dialogOf(button: string): Pick<ConsolePage, 'role' | 'path' | 'open'> {
  return {
    role: 'admin',
    path: (demo) => instanceOf(demo, 'alice'),
    open: async (page) => {
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  };
}

function tabOf(tab: string): Pick<ConsolePage, 'role' | 'path' | 'open'> {
  return {
    role: 'admin',
    path: (demo) => instanceOf(demo, 'heidi'),
    open: (page) => page.getByRole('tab', { name: tab, exact: true }).click(),
  };
}

export const CONSOLE_PAGES: readonly ConsolePage[] = [
  { name: 'sign-in', role: 'guest', path: () => '/sign-in' },
  { name: 'own-instances', role: 'customer', path: () => '/' },
  { name: 'fleet', role: 'admin', path: () => '/admin' },
  { name: 'instances', role: 'admin', path: () => '/admin/instances' },
  { name: 'new-instance', ...dialogOf('New instance'), path: () => '/admin/instances' },
  { name: 'instance', role: 'admin', path: (demo) => instanceOf(demo, 'alice') },
  { name: 'instance-with-override', role: 'admin', path: (demo) => instanceOf(demo, 'heidi') },
  { name: 'instance-with-drift', role: 'admin', path: (demo) => instanceOf(demo, 'judy') },
  { name: 'instance-of-unknown-tier', role: 'admin', path: (demo) => instanceOf(demo, 'olivia') },
  { name: 'instance-audit', ...tabOf('Audit') },
  { name: 'instance-configuration', ...tabOf('Configuration') },
  { name: 'resize-tier', ...dialogOf('Resize tier') },
  { name: 'size-override', ...dialogOf('Size override') },
  { name: 'extend-volume', ...dialogOf('Extend volume') },
  { name: 'destroy', ...dialogOf('Destroy') },
  { name: 'overrides', role: 'admin', path: () => '/admin/overrides' },
  { name: 'audit', role: 'admin', path: () => '/admin/audit' },
  { name: 'people', role: 'admin', path: () => '/admin/people' },
  { name: 'invite-a-person', ...dialogOf('Invite a person'), path: () => '/admin/people' },
  { name: 'person', role: 'admin', path: () => '/admin/people/alice' },
  { name: 'delete-person', ...dialogOf('Delete person'), path: () => '/admin/people/alice' },
  { name: 'not-found', role: 'admin', path: () => '/admin/no-such-page' },
];

/** Goes to a page, opens its dialog, and waits until nothing loads any more. */
export async function visit(page: Page, entry: ConsolePage, demo: RunningStack['demo']): Promise<void> {
  await page.goto(entry.path(demo));
  await untilSettled(page);
  await entry.open?.(page);
  await untilSettled(page);
}

/** Waits for a heading, for what is marked busy, and for the fonts. */
export async function untilSettled(page: Page): Promise<void> {
  const limit = { timeout: SETTLED_TIMEOUT_MS };
  await expect(page.locator('h1').first()).toBeVisible(limit);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, limit);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
