/// <reference types="@cloudflare/vitest-plugin/types" />
/** Hardware changes at the same time as each other and as anything else, through the real object. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { isUnfinished } from '@kiloclaw/platform-contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { atFly, clearFaults, holdNext } from '../../testing/fly-control.ts';
import {
  type Answer,
  change,
  debugStatusOf,
  errorOf,
  newTarget,
  objectOf,
  operationsOf,
  provisioned,
  send,
  type Target,
} from '../../testing/platform.ts';

const PATIENT = { timeout: 30_000, interval: 50 };
const ADMIN = { kind: 'admin', id: 'admin-alice' } as const;

/** What one instance shows, as far as these changes touch it. */
interface Shown {
  readonly status: 'stopped' | 'running' | 'destroyed';
  readonly instanceType: string;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly volumeSizeGb: number;
  readonly lent: string | null;
}

/** Stopped on the smallest tier, with a lent size: so that each of the changes has something to do. */
const BEGINNING: Shown = {
  status: 'stopped',
  instanceType: 'perf-1-3',
  cpus: 1,
  memoryMb: 3072,
  volumeSizeGb: 10,
  lent: 'perf-4-8',
};

interface Change {
  send(target: Target): Promise<Answer | null>;
  /** Alone, on what is there: the code of its refusal, or what is there afterwards. */
  readonly alone: (shown: Shown) => string | Shown;
}

const unlessDestroyed =
  (next: (shown: Shown) => string | Shown) =>
  (shown: Shown): string | Shown =>
    shown.status === 'destroyed' ? 'instance_destroying' : next(shown);

const CHANGES = {
  resize: {
    send: (target) => send('resize', { ...target, targetTier: 'perf-4-8' }),
    alone: unlessDestroyed((shown) => {
      if (shown.cpus === 4) return 'not_an_upgrade';
      if (shown.status === 'running') return 'instance_not_stopped';
      const larger = { instanceType: 'perf-4-8', cpus: 4, memoryMb: 8192, volumeSizeGb: 20 };
      return { ...shown, ...larger, lent: null };
    }),
  },
  override: {
    send: (target) =>
      send('setSizeOverride', { ...target, actor: ADMIN, preset: 'perf-4-16', reason: 'out of memory' }),
    alone: unlessDestroyed((shown) => ({ ...shown, lent: 'perf-4-16' })),
  },
  clear: {
    send: (target) => send('clearSizeOverride', { ...target, actor: ADMIN }),
    alone: unlessDestroyed((shown) => ({ ...shown, lent: null })),
  },
  extend: {
    send: (target) => send('extendVolume', { ...target, targetSizeGb: 15 }),
    alone: unlessDestroyed((shown) => {
      if (shown.volumeSizeGb > 15) return 'volume_not_larger';
      return shown.volumeSizeGb === 15 ? shown : { ...shown, volumeSizeGb: 15, instanceType: 'custom' };
    }),
  },
  start: {
    send: (target) => send('start', target),
    alone: unlessDestroyed((shown) => ({ ...shown, status: 'running' })),
  },
  destroy: {
    send: (target) => send('destroy', target),
    alone: (shown) => ({ ...shown, status: 'destroyed', lent: null }),
  },
  alarm: {
    send: async (target) => {
      await runDurableObjectAlarm(objectOf(target));
      return null;
    },
    alone: (shown) => shown,
  },
} satisfies Record<string, Change>;
type Name = keyof typeof CHANGES;

const HARDWARE = ['resize', 'override', 'clear', 'extend'] as const satisfies Name[];
const OTHERS = Object.keys(CHANGES) as Name[];
const PAIRS = HARDWARE.flatMap((first) => OTHERS.map((second) => [first, second] as const));

/** How a change that is under way, or has begun, refuses the other: that one has no effect then. */
const OVERTAKES: Partial<Record<Name, string>> = {
  resize: 'operation_in_progress',
  extend: 'operation_in_progress',
  start: 'operation_in_progress',
  destroy: 'instance_destroying',
};

interface Ending {
  readonly answers: readonly [string, string];
  readonly shown: Shown;
}

/** Every way in which two changes, one after the other or one refused because of the other, can end. */
function explained(first: Name, second: Name): Ending[] {
  const orders = [
    [first, second],
    [second, first],
  ] as const;
  return orders.flatMap(([one, other], index) => {
    const ending = (mine: string, its: string, shown: Shown): Ending => ({
      answers: index === 0 ? [mine, its] : [its, mine],
      shown,
    });
    const afterOne = CHANGES[one].alone(BEGINNING);
    const between = typeof afterOne === 'string' ? BEGINNING : afterOne;
    const mine = typeof afterOne === 'string' ? afterOne : 'ok';
    const afterOther = CHANGES[other].alone(between);
    const inOrder =
      typeof afterOther === 'string' ? ending(mine, afterOther, between) : ending(mine, 'ok', afterOther);
    const code = OVERTAKES[one];
    return code === undefined ? [inOrder] : [inOrder, ending(mine, code, between)];
  });
}

async function beginning(): Promise<{ target: Target; appName: unknown }> {
  const target = newTarget();
  await provisioned(target);
  await change('stop', target);
  const lent = { ...target, actor: ADMIN, preset: 'perf-4-8', reason: 'slow' };
  expect((await send('setSizeOverride', lent)).status).toBe(200);
  return { target, appName: (await debugStatusOf(target)).providerState.appName };
}

function answerOf(answer: Answer | null): string {
  if (answer === null || answer.status < 300) return 'ok';
  return errorOf(answer).code;
}

/** What is shown when nothing runs any more, and what is at the provider has been held against it. */
async function settled(target: Target, appName: unknown): Promise<Shown> {
  await vi.waitFor(async () => {
    const unfinished = (await operationsOf(target)).filter(({ operation }) => isUnfinished(operation.status));
    expect(unfinished).toEqual([]);
  }, PATIENT);
  const view = await debugStatusOf(target);
  const there = await atFly(appName);
  if (view.status === 'destroyed') {
    expect(there).toEqual({ machines: [], volumes: [] });
  } else {
    const { machineId, volumeId } = view.providerState;
    expect(there.machines.map(({ id, state }) => [id, state])).toEqual([
      [machineId, view.status === 'running' ? 'started' : 'stopped'],
    ]);
    expect(there.volumes.map(({ id, size_gb }) => [id, size_gb])).toEqual([[volumeId, view.volumeSizeGb]]);
  }
  const { status, instanceType, machineSize, volumeSizeGb, sizeOverride } = view;
  return {
    status: status as Shown['status'],
    instanceType: instanceType ?? 'none',
    cpus: machineSize?.cpus ?? 0,
    memoryMb: machineSize?.memory_mb ?? 0,
    volumeSizeGb: volumeSizeGb ?? 0,
    lent: sizeOverride?.preset ?? null,
  };
}

afterEach(clearFaults);

const HELD = [
  ['resize', 'POST /v1/apps/{app}/machines/{machine}'],
  ['extend', 'PUT /v1/apps/{app}/volumes/{volume}/extend'],
] as const;
const HELD_PAIRS = HELD.flatMap(([first, route]) =>
  (['hold_before', 'hold_after'] as const).flatMap((kind) =>
    OTHERS.map((second) => ({ first, second, route, kind })),
  ),
);
/** A destroy and an alarm wait for the call that is held; everybody else has answered by then. */
const MEANWHILE_MS = 300;

describe('two changes sent at once', () => {
  it.each(PAIRS)('%s and %s end as one after the other would have', async (first, second) => {
    const { target, appName } = await beginning();
    const answers = await Promise.all([CHANGES[first].send(target), CHANGES[second].send(target)]);
    const shown = await settled(target, appName);
    expect(explained(first, second)).toContainEqual({ answers: answers.map(answerOf), shown });
  });
});

describe('a change that is sent while a call of another is held at the provider', () => {
  it.each(HELD_PAIRS)('$first ($kind) and $second end as one after the other would have', async (pair) => {
    const { first, second, route, kind } = pair;
    const { target, appName } = await beginning();
    const held = await holdNext(route, kind);
    const one = CHANGES[first].send(target);
    await held.untilHeld();
    const other = CHANGES[second].send(target);
    await Promise.race([other, scheduler.wait(MEANWHILE_MS)]);
    await held.release('proceed');
    const answers = [answerOf(await one), answerOf(await other)];
    const shown = await settled(target, appName);
    expect(explained(first, second)).toContainEqual({ answers, shown });
  });
});
