/** What the control plane finds, as the tests of the doctor need it. */
import type {
  CheckedInstance,
  CheckupFixAnswer,
  CheckupPage,
  OrphansView,
} from '@kiloclaw/platform-contract';
import { AT, INSTANCE_ID } from './answers.ts';

export function checkupPage(more: Partial<CheckupPage> = {}): CheckupPage {
  return {
    checkedAt: AT,
    checkedCount: 3,
    instances: [],
    looks: { taken: 3, heldBack: 0, failed: 0, oldestAt: null },
    nextCursor: null,
    ...more,
  };
}

/** An instance with a finding of each of these kinds. */
export function sick(
  kinds: readonly string[],
  details: Record<string, unknown> = {},
  instanceId = INSTANCE_ID,
): CheckedInstance {
  const findings = kinds.map((kind) => ({ kind, since: AT, details }));
  return { instanceId, userId: 'alice', name: null, provider: 'fly', status: 'running', findings };
}

export function orphansView(more: Partial<OrphansView> = {}): OrphansView {
  return {
    provider: 'fly',
    lookedAt: AT,
    resourcesCount: 6,
    orphans: [],
    instances: [],
    unregistered: [],
    crowded: [],
    unverifiedCount: 0,
    isCutOff: false,
    ...more,
  };
}

export function fixAnswer(more: Partial<CheckupFixAnswer> = {}): CheckupFixAnswer {
  return { instanceId: INSTANCE_ID, status: 'running', done: [], isPaid: true, ...more };
}
