/** Every page of the console with its dialogs: what is checked for accessibility and taken as a picture. */
import { expect, type Locator, type Page } from '@playwright/test';
import { fieldOf, proceduresOf } from './procedures.ts';
import { demoTarget, type RunningStack } from './stack.ts';

const SETTLED_TIMEOUT_MS = 15_000;
const INVITED_EMAIL = 'invited@example.com';
/** Whose demo instance has lost its volume. */
const WITHOUT_VOLUME = 'erin';
/** An absence is believed at a second look. */
const MISSED_TIMEOUT_MS = 60_000;

export type Role = 'guest' | 'customer' | 'admin';

/** What addresses are made of. */
export interface Surroundings {
  /** The demo instances' ids by their owner. */
  readonly demo: RunningStack['demo'];
  /** The customer who is signed in. */
  readonly customerId: string;
  /** Address of an invitation that nobody has used. */
  readonly invitation: string;
}

export interface ConsolePage {
  /** In kebab-case: of the picture's file. */
  readonly name: string;
  readonly role: Role;
  /** As the router writes it; null where no route is meant to be. */
  readonly route: string | null;
  path(surroundings: Surroundings): string;
  /** What opens its dialog. */
  opener?(page: Page): Locator;
  /** Brings about what is looked at, where that is no dialog. */
  arrange?(page: Page): Promise<void>;
}

/** The demo makes no instance that an admin has to decide about: one is brought about. */
async function loseVolume(stack: RunningStack): Promise<void> {
  const target = demoTarget(stack, WITHOUT_VOLUME);
  const look = async () => (await stack.client.call('debugStatus', { ...target, live: 'true' })).body;
  await stack.fly.deleteVolume(String((await look()).providerState.volumeId));
  const kinds = async () => (await look()).drift.map(({ kind }) => kind);
  await expect.poll(kinds, { timeout: MISSED_TIMEOUT_MS }).toContain('volume_missing');
}

/** Asks the admin who is signed in on this page for what addresses need. */
export async function surroundingsOf(stack: RunningStack, admin: Page): Promise<Surroundings> {
  const { demo, customer, webUrl } = stack;
  await loseVolume(stack);
  const invited = await proceduresOf(admin, webUrl).mutate('admin.people.invite', { email: INVITED_EMAIL });
  const link = fieldOf(invited.value, 'link');
  if (typeof link !== 'string') throw new Error(`Nobody could be invited: ${invited.code}.`);
  const { pathname, hash } = new URL(link);
  return { demo, customerId: customer.userId, invitation: `${pathname}${hash}` };
}

function demoInstance({ demo }: Pick<Surroundings, 'demo'>, userId: string): string {
  const id = demo.get(userId);
  if (id === undefined) throw new Error(`The demo fleet has no instance of ${userId}.`);
  return id;
}

const buttonOf = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true });

const accountButton = (page: Page) => page.getByRole('button', { name: /^Account of/ });

/** The page of the demo instance of this owner. */
function instanceOf(userId: string): Pick<ConsolePage, 'role' | 'route' | 'path'> {
  return {
    role: 'admin',
    route: '/admin/instances/$instanceId',
    path: (surroundings) => `/admin/instances/${demoInstance(surroundings, userId)}`,
  };
}

/** The demo's normal running instance, with the dialog of this button open. */
const dialogOf = (button: string) => ({ ...instanceOf('alice'), opener: buttonOf(button) });

function tabOf(tab: string): Pick<ConsolePage, 'role' | 'route' | 'path' | 'arrange'> {
  return {
    ...instanceOf('heidi'),
    arrange: (page) => page.getByRole('tab', { name: tab, exact: true }).click(),
  };
}

/** A page whose address is its route. */
const at = (role: Role, route: string) => ({ role, route, path: () => route });

const PUBLIC_PAGES: readonly ConsolePage[] = [
  { name: 'sign-in', ...at('guest', '/sign-in') },
  { name: 'invitation', role: 'guest', route: '/invitation', path: ({ invitation }) => invitation },
  {
    name: 'invitation-unusable',
    role: 'guest',
    route: '/invitation',
    path: () => `/invitation#${'a'.repeat(43)}`,
  },
  { name: 'not-found-for-guests', role: 'guest', route: null, path: () => '/no-such-page' },
];

const CUSTOMER_PAGES: readonly ConsolePage[] = [
  { name: 'own-instances', ...at('customer', '/') },
  {
    name: 'own-instance',
    role: 'customer',
    route: '/instances/$instanceId',
    path: (surroundings) => `/instances/${demoInstance(surroundings, surroundings.customerId)}`,
  },
  {
    name: 'instance-of-somebody-else',
    role: 'customer',
    route: '/instances/$instanceId',
    path: (surroundings) => `/instances/${demoInstance(surroundings, 'heidi')}`,
  },
  { name: 'own-account', ...at('customer', '/'), opener: accountButton },
  { name: 'not-allowed', ...at('customer', '/admin') },
];

const INSTANCE_PAGES: readonly ConsolePage[] = [
  { name: 'instance', ...instanceOf('alice') },
  { name: 'instance-stopped', ...instanceOf('bob') },
  { name: 'instance-destroyed', ...instanceOf('niaj') },
  { name: 'instance-with-override', ...instanceOf('heidi') },
  { name: 'instance-awaiting-restart', ...instanceOf('ivan') },
  { name: 'instance-with-drift', ...instanceOf('judy') },
  { name: 'instance-of-another-size', ...instanceOf('mike') },
  { name: 'instance-of-legacy-tier', ...instanceOf('frank') },
  { name: 'instance-of-unknown-tier', ...instanceOf('olivia') },
  { name: 'instance-audit', ...tabOf('Audit') },
  { name: 'instance-configuration', ...tabOf('Configuration') },
  {
    name: 'instance-not-found',
    ...instanceOf('alice'),
    path: () => '/admin/instances/00000000-0000-4000-8000-000000000000',
  },
  { name: 'instance-without-volume', ...instanceOf(WITHOUT_VOLUME) },
  { name: 'replace-volume', ...instanceOf(WITHOUT_VOLUME), opener: buttonOf('Replace volume') },
  { name: 'stop', ...dialogOf('Stop') },
  { name: 'restart', ...dialogOf('Restart') },
  { name: 'resize-tier', ...dialogOf('Resize tier') },
  { name: 'size-override', ...dialogOf('Size override') },
  { name: 'clear-size-override', ...instanceOf('heidi'), opener: buttonOf('Clear size override') },
  { name: 'extend-volume', ...dialogOf('Extend volume') },
  { name: 'destroy', ...dialogOf('Destroy') },
];

const PERSON = {
  role: 'admin',
  route: '/admin/people/$userId',
  path: () => '/admin/people/alice',
} as const;

const ADMIN_PAGES: readonly ConsolePage[] = [
  { name: 'fleet', ...at('admin', '/admin') },
  { name: 'instances', ...at('admin', '/admin/instances') },
  {
    name: 'instances-selected',
    ...at('admin', '/admin/instances'),
    arrange: (page) => page.getByRole('checkbox', { name: "Select Alice's assistant" }).click(),
  },
  { name: 'instances-none', ...at('admin', '/admin/instances'), path: () => '/admin/instances?q=nobody' },
  { name: 'new-instance', ...at('admin', '/admin/instances'), opener: buttonOf('New instance') },
  ...INSTANCE_PAGES,
  { name: 'overrides', ...at('admin', '/admin/overrides') },
  {
    name: 'override-clear',
    ...at('admin', '/admin/overrides'),
    opener: buttonOf("Clear size override of Heidi's assistant"),
  },
  { name: 'audit', ...at('admin', '/admin/audit') },
  {
    name: 'audit-details',
    ...at('admin', '/admin/audit'),
    arrange: (page) =>
      page
        .getByRole('button', { name: /details/i })
        .first()
        .click(),
  },
  { name: 'audit-none', ...at('admin', '/admin/audit'), path: () => '/admin/audit?actorId=nobody' },
  { name: 'people', ...at('admin', '/admin/people') },
  { name: 'invite-a-person', ...at('admin', '/admin/people'), opener: buttonOf('Invite a person') },
  { name: 'person', ...PERSON },
  { name: 'make-admin', ...PERSON, opener: buttonOf('Make admin') },
  { name: 'new-password-link', ...PERSON, opener: buttonOf('New password link') },
  {
    name: 'let-sign-in',
    ...PERSON,
    path: () => '/admin/people/bob',
    opener: buttonOf('Let sign in'),
  },
  { name: 'delete-person', ...PERSON, opener: buttonOf('Delete person') },
  { name: 'account', ...at('admin', '/admin/people'), opener: accountButton },
  { name: 'not-found', role: 'admin', route: null, path: () => '/admin/no-such-page' },
];

export const CONSOLE_PAGES: readonly ConsolePage[] = [...PUBLIC_PAGES, ...CUSTOMER_PAGES, ...ADMIN_PAGES];

export const openDialog = (page: Page): Locator => page.getByRole('dialog');

/** Goes to a page, opens its dialog, and waits until nothing loads any more. */
export async function visit(page: Page, entry: ConsolePage, surroundings: Surroundings): Promise<void> {
  // An address that differs in its fragment alone would not load the page anew.
  await page.goto('about:blank');
  await page.goto(entry.path(surroundings));
  await untilSettled(page);
  await entry.arrange?.(page);
  await entry.opener?.(page).click();
  if (entry.opener !== undefined) await expect(openDialog(page)).toBeVisible();
  await untilSettled(page);
}

/** Waits for a heading, for what is marked busy, and for the fonts. */
export async function untilSettled(page: Page): Promise<void> {
  const limit = { timeout: SETTLED_TIMEOUT_MS };
  await expect(page.locator('h1').first()).toBeVisible(limit);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, limit);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
