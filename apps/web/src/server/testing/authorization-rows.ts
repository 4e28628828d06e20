/**
 * Who may call what: a row for every procedure. A procedure without one fails `authorization.test.ts`, and so does a row
 * without its procedure. Each names an instance of the customer's, and is called as each of the callers in turn.
 */
import { randomUUID } from 'node:crypto';

export const CALLERS = ['nobody', 'customer', 'other', 'admin'] as const;
export type Caller = (typeof CALLERS)[number];

/** `customer` owns it. */
export const INSTANCE = { userId: 'customer', instanceId: '0b6e3a52-5d0e-4c9b-9d6a-2b9c1f6a7e10' } as const;

/** Whom admins administer: none of the callers. */
export const SUBJECT = { userId: 'subject' } as const;

/** `allowed`, or the code of the refusal. */
type Outcome = string;

export interface Row {
  readonly input?: Readonly<Record<string, unknown>>;
  /** Of each caller. */
  readonly outcomes: Readonly<Record<Caller, Outcome>>;
}

const row = (outcomes: Row['outcomes'], input?: Row['input']): Row =>
  input === undefined ? { outcomes } : { outcomes, input };

/** The same for whoever asks. */
const forAnybody = (outcome: Outcome, input?: Row['input']) =>
  row({ nobody: outcome, customer: outcome, other: outcome, admin: outcome }, input);
const forSignedIn = (input?: Row['input']) =>
  row({ nobody: 'signed_out', customer: 'allowed', other: 'allowed', admin: 'allowed' }, input);
/** Of the one who is signed in: an admin is nobody else's owner here either. */
const forOwner = (input: Row['input']) =>
  row(
    { nobody: 'signed_out', customer: 'allowed', other: 'instance_not_found', admin: 'instance_not_found' },
    input,
  );
const forAdmins = (input?: Row['input'], outcome: Outcome = 'allowed') =>
  row({ nobody: 'signed_out', customer: 'not_allowed', other: 'not_allowed', admin: outcome }, input);

const { instanceId } = INSTANCE;
const idempotencyKey = randomUUID();
const operationId = randomUUID();
const change = { ...INSTANCE, idempotencyKey };
const planned = { ...change, expectedPlanHash: 'a-plan' };
const lent = { preset: 'perf-4-8' };

export const ROWS: Readonly<Record<string, Row>> = {
  'public.session': forAnybody('allowed'),
  'public.invitation': forAnybody('invitation_unusable', { token: 'none-of-ours' }),
  'public.acceptInvitation': forAnybody('invitation_unusable', {
    token: 'none-of-ours',
    password: 'a-password-that-nobody-has',
  }),

  'customer.instances.list': forSignedIn(),
  'customer.instances.get': forOwner({ instanceId }),
  'customer.instances.timeline': forOwner({ instanceId }),
  'customer.instances.act': forOwner({ instanceId, idempotencyKey, action: 'restart' }),

  'admin.providers': forAdmins(),
  'admin.tiers': forAdmins(),
  'admin.overrides.list': forAdmins({}),
  'admin.overrides.lent': forAdmins({ days: 7 }),
  'admin.audit.list': forAdmins({ filter: {} }),
  'admin.audit.export': forAdmins({ filter: {}, format: 'csv' }),
  'admin.instances.list': forAdmins({ filter: {} }),
  'admin.instances.counts': forAdmins({}),
  'admin.instances.export': forAdmins({ of: 'filter', filter: {} }),
  'admin.instances.owner': forAdmins({ instanceId }),
  'admin.instances.get': forAdmins(INSTANCE),
  'admin.instances.operations': forAdmins(INSTANCE),
  'admin.instances.operation': forAdmins({ ...INSTANCE, operationId }),
  'admin.instances.act': forAdmins({ ...change, action: 'destroy' }),
  'admin.instances.retryOperation': forAdmins({ ...INSTANCE, operationId }),
  'admin.instances.resizePlan': forAdmins({ ...INSTANCE, targetTier: 'perf-4-8' }),
  'admin.instances.resize': forAdmins({ ...planned, targetTier: 'perf-4-8' }),
  'admin.instances.setSizeOverridePlan': forAdmins({ ...INSTANCE, ...lent }),
  'admin.instances.setSizeOverride': forAdmins({ ...planned, ...lent, reason: 'A launch' }),
  'admin.instances.clearSizeOverridePlan': forAdmins(INSTANCE),
  'admin.instances.clearSizeOverride': forAdmins(planned),
  'admin.instances.extendVolumePlan': forAdmins({ ...INSTANCE, targetSizeGb: 20 }),
  'admin.instances.extendVolume': forAdmins({ ...planned, targetSizeGb: 20 }),
  'admin.instances.provision': forAdmins(change),
  'admin.instances.repair': forAdmins({ ...change, finding: 'volume_not_mounted', choice: 'remount' }),
  'admin.instances.replaceVolume': forAdmins({ ...change, confirm: 'data is lost' }),
  'admin.fleet.overview': forAdmins(),
  'admin.people.list': forAdmins({ filter: {} }),
  'admin.people.get': forAdmins(SUBJECT),
  'admin.people.invite': forAdmins({ email: 'bob@example.com' }),
  'admin.people.resetLink': forAdmins(SUBJECT),
  'admin.people.setRole': forAdmins({ ...SUBJECT, role: 'customer' }),
  'admin.people.deletionPreview': forAdmins(SUBJECT),
  'admin.people.deletionProgress': forAdmins(SUBJECT),
  'admin.people.delete': forAdmins(SUBJECT),
};
