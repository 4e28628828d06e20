/** What stands in the audit log, in words for people. */
import type { Tone } from '../../ui/tone.ts';
import { humanise, KIND_LABELS } from '../instances/operation-labels.ts';

/** What is done beside operations. */
const OTHER_ACTIONS = {
  retry: 'Retry of a stuck operation',
  invite_person: 'Invite a person',
  accept_invitation: 'Accept an invitation',
  reset_password_link: 'Reset link for a password',
  reset_password: 'Reset of a password',
  change_role: 'Change a role',
  delete_person: 'Delete a person',
  scrub_person: 'Delete a person in the control plane',
  delete_orphans: 'Delete of what has no instance',
  checkup_fix: 'Fix of what a checkup found',
  reseal: 'Sealing by the current key',
  export_instances: 'Export of instances',
  export_audit: 'Export of the audit log',
  call_for_admins: 'Call that is for admins',
} as const;

const ACTION_LABELS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(KIND_LABELS).map(([kind, { name }]) => [kind, name] as const),
  ...Object.entries(OTHER_ACTIONS),
]);

/** The actions that one can filter by, in the order in which they are offered. */
export const AUDIT_ACTIONS: readonly string[] = [...ACTION_LABELS.keys()];

/** An action that a later release writes is shown as its word. */
export function actionLabel(action: string): string {
  return ACTION_LABELS.get(action) ?? humanise(action);
}

export type AuditOutcome = 'requested' | 'succeeded' | 'failed' | 'denied';
export type ActorKind = 'admin' | 'customer' | 'api' | 'system';

export const OUTCOMES: Record<AuditOutcome, { readonly label: string; readonly tone: Tone }> = {
  requested: { label: 'Requested', tone: 'neutral' },
  succeeded: { label: 'Succeeded', tone: 'positive' },
  failed: { label: 'Failed', tone: 'danger' },
  denied: { label: 'Denied', tone: 'warning' },
};

export const ACTOR_KINDS: Record<ActorKind, string> = {
  admin: 'Admin',
  customer: 'Customer',
  api: 'API key',
  system: 'KiloClaw itself',
};
