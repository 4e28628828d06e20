/** An admin lends hardware, takes it back, and sells more; the customer's browser is told of none but the sale. */
import { randomUUID } from 'node:crypto';
import { OperationAnswerSchema, PlanSchema } from '@kiloclaw/platform-contract';
import { expect, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type OpenBrowser, openBrowser } from './browser.ts';
import { untilSettled } from './pages.ts';
import { fieldOf, type Procedures, proceduresOf } from './procedures.ts';
import { findReceived, type Recorder, recordReceived } from './received.ts';
import { signIn } from './sign-in.ts';
import { type RunningStack, startStack } from './stack.ts';
import { openPage } from './view.ts';

const ENDED_TIMEOUT_MS = 60_000;
const DELIVERED_TIMEOUT_MS = 20_000;

const LENDER = {
  email: 'canary.lender@example.com',
  name: 'Canary Heron',
  password: 'a-long-password-of-the-canary',
};
const REASON = 'canary-reason: the launch on Friday';
/** Whatever a lent size could be told by, but for its figures. */
const TELLS_OF_A_LOAN = /canary|override|\blent\b|\bpreset|effectiveSize|pendingRestart|whyThisSize/i;
/** What is lent alone; and what is lent first, and sold afterwards. */
const ONLY_LENT = /16384|16 GB|perf-4-16/;
const SOLD_LATER = /"cpus":4|8192|8 GB|perf-4-8/;

let stack: RunningStack;
let opened: OpenBrowser;
let lender: Procedures;
let lenderId: string;
let target: { userId: string; instanceId: string };

beforeAll(async () => {
  stack = await startStack();
  opened = await openBrowser();
  target = { userId: stack.customer.userId, instanceId: stack.demo.get(stack.customer.userId) ?? '' };
  const adminPage = await openPage(opened.browser, { baseUrl: stack.webUrl });
  await signIn(adminPage, stack.admin);
  lender = await invitedLender(proceduresOf(adminPage, stack.webUrl));
});
afterAll(async () => {
  await opened?.close();
  await stack?.stop();
});

/** An admin of whom everything would be noticed: the name, the address, the id. */
async function invitedLender(admin: Procedures): Promise<Procedures> {
  const { email, name, password } = LENDER;
  const invited = await admin.mutate('admin.people.invite', { email, name, role: 'admin' });
  lenderId = String(fieldOf(invited.value, 'userId'));
  const token = new URL(String(fieldOf(invited.value, 'link'))).hash.slice(1);
  const page = await openPage(opened.browser, { baseUrl: stack.webUrl });
  const procedures = proceduresOf(page, stack.webUrl);
  expect((await procedures.mutate('public.acceptInvitation', { token, password })).code).toBeNull();
  expect(fieldOf((await procedures.query('public.session')).value, 'viewer', 'role')).toBe('admin');
  return procedures;
}

/** Does a change as its dialog does: plan, change, and the wait for its end. */
async function change(
  name: string,
  asked: Readonly<Record<string, unknown>>,
  reason?: string,
): Promise<void> {
  const planned = await lender.query(`admin.instances.${name}Plan`, { ...target, ...asked });
  const expectedPlanHash = PlanSchema.parse(planned.value).hash;
  const body = { ...target, ...asked, expectedPlanHash, idempotencyKey: randomUUID() };
  const answer = await lender.mutate(
    `admin.instances.${name}`,
    reason === undefined ? body : { ...body, reason },
  );
  expect(answer.code).toBeNull();
  const { id } = OperationAnswerSchema.parse(answer.value).operation;
  const statusNow = async () => {
    const { value } = await lender.query('admin.instances.operation', { ...target, operationId: id });
    return OperationAnswerSchema.parse(value).operation.status;
  };
  await expect.poll(statusNow, { timeout: ENDED_TIMEOUT_MS }).toBe('succeeded');
}

/** Every page that a customer has, and every procedure that these call. */
async function walk(page: Page): Promise<void> {
  for (const path of [
    '/',
    `/instances/${target.instanceId}`,
    '/admin',
    `/admin/instances/${target.instanceId}`,
  ]) {
    await page.goto(path);
    await untilSettled(page);
  }
  await page.goto('/');
  await untilSettled(page);
}

const factOf = (page: Page, label: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByText(label, { exact: true }) })
    .locator('dd');

async function expectPlan(
  page: Page,
  plan: Readonly<Record<'Tier' | 'CPU' | 'RAM' | 'Disk', string>>,
): Promise<void> {
  for (const [label, value] of Object.entries(plan)) await expect(factOf(page, label)).toHaveText(value);
}

const SMALL = { Tier: 'perf-1-3', CPU: '1', RAM: '3 GB', Disk: '10 GB' };
const LARGE = { Tier: 'perf-4-8', CPU: '4', RAM: '8 GB', Disk: '20 GB' };

/** What was received so far tells of no loan. */
async function expectNoLoan(recorder: Recorder, sale: 'before' | 'after'): Promise<void> {
  const received = await recorder.all();
  for (const procedure of ['instances.list', 'instances.get', 'instances.timeline'])
    expect(received.some(({ url }) => url.includes(`customer.${procedure}`))).toBe(true);
  expect(findReceived(received, TELLS_OF_A_LOAN)).toEqual([]);
  expect(findReceived(received, ONLY_LENT)).toEqual([]);
  for (const text of [lenderId, LENDER.email]) expect(findReceived(received, new RegExp(text))).toEqual([]);
  if (sale === 'before') expect(findReceived(received, SOLD_LATER)).toEqual([]);
}

describe('a customer whose instance is lent hardware', () => {
  it('is shown and sent the same as ever while it is set, applied, cleared, and ended by a resize', async () => {
    const page = await openPage(opened.browser, { baseUrl: stack.webUrl });
    const recorder = recordReceived(page.context());
    await signIn(page, stack.customer);
    await walk(page);
    await expectPlan(page, SMALL);
    const restarts = page.getByText('Your instance was restarted', { exact: true });

    await change('setSizeOverride', { preset: 'perf-4-8', apply: 'manual' }, REASON);
    await walk(page);
    await expect(restarts).toHaveCount(0);

    await change('setSizeOverride', { preset: 'perf-4-16', apply: 'now' }, REASON);
    const held = await lender.query('admin.instances.get', target);
    expect(JSON.stringify(held.value)).toContain(REASON);
    await walk(page);
    await expect(restarts).toHaveCount(1);
    await expectPlan(page, SMALL);

    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await expect(page.getByText('You restarted your instance', { exact: true }).first()).toBeVisible();

    await change('clearSizeOverride', { apply: 'now' });
    await walk(page);
    await expect(restarts).toHaveCount(2);
    await expectPlan(page, SMALL);

    await change('setSizeOverride', { preset: 'perf-4-16', apply: 'manual' }, REASON);
    await walk(page);
    await expect(restarts).toHaveCount(2);
    await expectNoLoan(recorder, 'before');

    await change('resize', { targetTier: 'perf-4-8', apply: 'now' });
    await walk(page);
    await expectPlan(page, LARGE);
    await expect(page.getByText('Your instance was moved to another tier', { exact: true })).toHaveCount(1);
    await expectNoLoan(recorder, 'after');
    await page.context().close();
  });
});

describe('a change that names somebody else as the owner', () => {
  const CHANGES = [
    ['act', { action: 'stop' }],
    ['resize', { targetTier: 'perf-4-16', apply: 'now', expectedPlanHash: 'none' }],
    ['setSizeOverride', { preset: 'perf-4-16', apply: 'now', expectedPlanHash: 'none', reason: REASON }],
    ['clearSizeOverride', { apply: 'now', expectedPlanHash: 'none' }],
    ['extendVolume', { targetSizeGb: 200, expectedPlanHash: 'none' }],
  ] as const;

  it('does nothing, and stands in the audit log as denied', async () => {
    const before = await lender.query('admin.instances.get', target);
    for (const [name, asked] of CHANGES) {
      const body = { ...target, userId: 'bob', idempotencyKey: randomUUID(), ...asked };
      expect((await lender.mutate(`admin.instances.${name}`, body)).code).toBe('instance_not_found');
    }
    const after = await lender.query('admin.instances.get', target);
    for (const field of [
      'generation',
      'status',
      'sizeOverride',
      'instanceType',
      'machineSize',
      'volumeSizeGb',
    ])
      expect(fieldOf(after.value, 'view', field)).toEqual(fieldOf(before.value, 'view', field));
    const denied = async () => {
      const filter = { instanceId: target.instanceId, actorId: lenderId, outcome: 'denied' };
      const { value } = await lender.query('admin.audit.list', { filter });
      return (fieldOf(value, 'items') as unknown[]).length;
    };
    await expect.poll(denied, { timeout: DELIVERED_TIMEOUT_MS }).toBe(CHANGES.length);
  });
});
