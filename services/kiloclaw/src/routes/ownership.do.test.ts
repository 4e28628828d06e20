import { ROUTES, type RouteName } from '@kiloclaw/platform-contract';
import { expect, it } from 'vitest';
import { flyChanges, resetFlyCounters } from '../testing/fly-control.ts';
import { errorOf, newTarget, operationsOf, provisioned, send, storedRows } from '../testing/platform.ts';
import { auditRowsOf, untilPaid } from '../testing/registry.ts';

type InstanceRoute = {
  [Name in RouteName]: (typeof ROUTES)[Name]['namesInstance'] extends true ? Name : never;
}[RouteName];

/** The action under which each route's attempt is journaled; a route that is missing here fails. */
const ACTIONS: Record<InstanceRoute, string> = {
  provision: 'provision',
  start: 'start',
  stop: 'stop',
  restart: 'restart',
  destroy: 'destroy',
  status: 'status',
  debugStatus: 'debug-status',
  operations: 'operations',
  operation: 'operations',
  retryOperation: 'retry',
  resize: 'resize',
  setSizeOverride: 'set_override',
  clearSizeOverride: 'clear_override',
  extendVolume: 'extend_volume',
  repair: 'repair',
  replaceVolume: 'replace_volume',
  fixCheckup: 'checkup_fix',
};

const actor = { kind: 'admin', id: 'user_admin' } as const;

/** What a sound request of the route has beside the instance and its owner. */
const MORE: Partial<Record<InstanceRoute, object>> = {
  resize: { targetTier: 'perf-4-8', apply: 'now' },
  setSizeOverride: { actor, preset: 'perf-4-16', reason: 'out of memory', apply: 'now' },
  clearSizeOverride: { actor },
  extendVolume: { targetSizeGb: 15 },
  repair: { finding: 'volume_not_mounted', choice: 'remount' },
  replaceVolume: { confirm: 'data is lost' },
};
const instanceRoutes = (Object.keys(ROUTES) as RouteName[]).filter((name) => ROUTES[name].namesInstance);

it('covers every route that names an instance', () => {
  expect(Object.keys(ACTIONS).sort()).toEqual([...instanceRoutes].sort());
});

it.each(Object.keys(ACTIONS) as InstanceRoute[])(
  "%s refuses another user's instance, and journals it",
  async (name) => {
    const owner = newTarget();
    await provisioned(owner);
    await untilPaid(owner);
    const operationId = (await operationsOf(owner))[0]?.operation.id ?? '';
    const { record, operations } = await storedRows(owner);
    await resetFlyCounters();
    const intruder = `user-${crypto.randomUUID()}`;
    const answer = await send(name, { ...owner, ...MORE[name], userId: intruder }, { operationId });
    expect(errorOf(answer)).toMatchObject({ status: 404, code: 'instance_not_found' });
    expect(answer.text).not.toContain(owner.userId);
    expect(await flyChanges()).toBe(0);
    await untilPaid(owner);
    expect(await storedRows(owner)).toMatchObject({ record, operations });
    const denied = (await auditRowsOf(owner)).filter(({ outcome }) => outcome === 'denied');
    expect(denied).toMatchObject([
      {
        action: ACTIONS[name],
        targetUserId: owner.userId,
        requestId: answer.headers.get('x-request-id'),
        metadata: { code: 'instance_not_found', askedUserId: intruder },
      },
    ]);
  },
);
