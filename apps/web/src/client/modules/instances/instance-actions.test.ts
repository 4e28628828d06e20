import type { DebugView, GatedAction } from '@kiloclaw/platform-contract';
import { allGates, type GateFacts } from '@kiloclaw/platform-contract';
import { A_CLOUD } from '@kiloclaw/platform-contract/testing';
import { describe, expect, it } from 'vitest';
import { holdsOverride, instanceActions } from './instance-actions.ts';

const FACTS: GateFacts = {
  status: 'running',
  runningOperation: null,
  stateError: null,
  capabilities: A_CLOUD,
};

/** The gates' own answers, as the control plane shows them. */
function viewOf(facts: Partial<GateFacts> = {}): Pick<DebugView, 'actions' | 'status'> {
  const answers = Object.entries(allGates({ ...FACTS, ...facts })).map(([action, answer]) => [
    action,
    answer.allowed
      ? { allowed: true, reason: null, message: null }
      : { allowed: false, reason: answer.reason, message: answer.message },
  ]);
  const actions = Object.fromEntries(answers) as Record<GatedAction, DebugView['actions']['start']>;
  return { actions, status: facts.status ?? FACTS.status };
}

const reasons = (view: Pick<DebugView, 'actions' | 'status'>, holds = false) =>
  Object.fromEntries(
    instanceActions(view, { holdsOverride: holds }).map(({ label, reason }) => [label, reason]),
  );

describe('the actions of an instance', () => {
  it('bear the names that they are found by, in the order in which they are shown', () => {
    expect(instanceActions(viewOf(), { holdsOverride: true }).map(({ label }) => label)).toEqual([
      'Start',
      'Stop',
      'Restart',
      'Resize tier',
      'Size override',
      'Clear size override',
      'Extend volume',
      'Destroy',
    ]);
  });

  it('leave a resize open on a running instance, since its dialog asks for the stop', () => {
    expect(viewOf().actions.resize).toMatchObject({ allowed: false, reason: 'instance_not_stopped' });
    expect(reasons(viewOf())['Resize tier']).toBeNull();
  });

  it('refuse a resize for any other reason, in the gate’s words', () => {
    const capabilities = { ...FACTS.capabilities, resize: false };
    expect(reasons(viewOf({ capabilities }))['Resize tier']).toBe(
      'This provider can’t change the size of an instance.',
    );
  });

  it('are refused while another operation runs, but for the end and for what is pure state', () => {
    const busy = reasons(viewOf({ runningOperation: { id: 'o', kind: 'start' } }), true);
    const refused = Object.entries(busy).flatMap(([label, reason]) => (reason === null ? [] : [label]));
    expect(refused).toEqual(['Start', 'Stop', 'Restart', 'Resize tier', 'Extend volume']);
  });

  it('are refused with a sentence where the gate has none', () => {
    const view = viewOf();
    const actions = { ...view.actions, stop: { allowed: false, reason: 'x', message: null } };
    expect(reasons({ ...view, actions }).Stop).toBe('The control plane refuses this now.');
  });

  it('clear an override only where one is held', () => {
    expect(reasons(viewOf(), true)['Clear size override']).toBeNull();
    expect(reasons(viewOf(), false)['Clear size override']).toBe('There is no size override to clear.');
  });

  it('destroy nothing twice', () => {
    expect(reasons(viewOf({ status: 'destroying' })).Destroy).toBeNull();
    expect(reasons(viewOf({ status: 'destroyed' })).Destroy).toBe('It is destroyed already.');
  });
});

describe('an override is held', () => {
  const none = { sizeOverride: null, drift: [] };
  const row = { sizeOverride: null, sizeOverrideUnreadable: false };
  const unreadable = { kind: 'override_unreadable', since: '2026-01-01T00:00:00Z', details: {} };
  const lent = {
    machineSize: { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' as const },
    actorId: 'alice',
    setAt: '2026-01-01T00:00:00Z',
  };

  it.each([
    ['by the instance', { ...none, sizeOverride: lent }, row],
    ['by the instance, unreadable', { ...none, drift: [unreadable] }, row],
    ['by the row alone', none, { ...row, sizeOverride: lent }],
    ['by the row alone, unreadable', none, { ...row, sizeOverrideUnreadable: true }],
  ])('%s', (_name, view, held) => {
    expect(holdsOverride(view, held)).toBe(true);
  });

  it('by nobody where neither has one', () => {
    expect(holdsOverride(none, row)).toBe(false);
  });
});
