import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FlySimulator, startFlySimulator } from '@kiloclaw/fly-simulator';
import type { DebugView, OperationKind } from '@kiloclaw/platform-contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { act, debugView, newTarget, provision, type Target, truthOf, untilEnded } from './testing/fleet.ts';
import { createFlyControl, type FlyControl } from './testing/fly-control.ts';
import { makeStackFolder, type ReadyStack, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
/** Of the simulator's own clock; for the instances it is as long as their looks and tries below take. */
const OUTAGE_MS = 60 * MINUTE_MS;
const LOOKS = 8;
const LOOKS_TIMEOUT_MS = MINUTE_MS;
/** A try that failed may wait a minute for the next. */
const RECOVERED_TIMEOUT_MS = 2 * MINUTE_MS;
const POLL_MS = 500;
const WAIT_S = 60;
const FLY_TOKEN = 'token-of-the-test-simulator';
const ADMIN = { kind: 'admin', id: 'admin-alice' } as const;
const LENT = { actor: ADMIN, preset: 'perf-4-16', reason: 'out of memory' };

let folder: StackFolder;
let simulator: FlySimulator;
let control: FlyControl;
let stack: StackProcess;
let ready: ReadyStack;
let aheadMs = 0;

const movableClock = {
  nowMs: () => Date.now() + aheadMs,
  setTimer: (afterMs: number, callback: () => void) => {
    const timer = setTimeout(callback, afterMs);
    return () => clearTimeout(timer);
  },
};

beforeAll(async () => {
  folder = await makeStackFolder();
  simulator = await startFlySimulator({
    port: 0,
    controlPort: 0,
    stateDir: join(folder.home, 'fly'),
    token: FLY_TOKEN,
    clock: movableClock,
  });
  control = createFlyControl(simulator.controlUrl);
  stack = new StackProcess({
    folder,
    env: {
      FLY_API_TOKEN: FLY_TOKEN,
      FLY_API_BASE_URL: simulator.url,
      KILOCLAW_DEFAULT_IMAGE: 'kiloclaw-demo:latest',
      RECONCILE_RUNNING_S: '1',
      RECONCILE_IDLE_S: '1',
      RECONCILE_BUSY_S: '1',
    },
  });
  ready = await stack.ready();
}, 2 * MINUTE_MS);

afterAll(async () => {
  await stack?.killEverything();
  await simulator?.close();
  await folder?.remove();
}, MINUTE_MS);

/** What is on record, without what a look that fails may move as well. */
function recordOf({ lastObservation: _seen, nextAlarmAt: _alarm, whyThisSize, ...record }: DebugView) {
  const { observed: _observed, sentence: _sentence, ...why } = whyThisSize;
  return { ...record, whyThisSize: why };
}

const recordsOf = (targets: readonly Target[]) =>
  Promise.all(targets.map(async (target) => recordOf(await debugView(ready.client, target))));

async function fleetAtRest(): Promise<Target[]> {
  const { client } = ready;
  const running = newTarget('running');
  const stopped = newTarget('stopped');
  const lent = newTarget('lent');
  const without = newTarget('without');
  await Promise.all([
    provision(client, running),
    provision(client, stopped).then(() => act(client, 'stop', stopped)),
    provision(client, without, { start: false }),
    provision(client, lent).then(() =>
      client.call('setSizeOverride', { ...lent, ...LENT, apply: 'now' }, { waitS: WAIT_S }),
    ),
  ]);
  return [running, stopped, lent, without];
}

/** Waits until every app was asked for so many times more, though nobody sends a request to an instance. */
async function untilLookedAt(appNames: readonly string[]): Promise<void> {
  const lastSeq = (await control.calls()).at(-1)?.seq ?? 0;
  const deadline = Date.now() + LOOKS_TIMEOUT_MS;
  for (;;) {
    const later = (await control.calls()).filter(({ seq }) => seq > lastSeq);
    const looks = appNames.map((appName) => later.filter(({ path }) => path.includes(appName)).length);
    if (looks.every((count) => count >= LOOKS)) return;
    if (Date.now() > deadline) throw new Error(`Looked at only ${looks.join(', ')} times`);
    await delay(POLL_MS);
  }
}

it(
  'concludes nothing from a provider that answers 500 to every call for an hour, and goes on when it is over',
  async () => {
    const { client } = ready;
    const atRest = await fleetAtRest();
    const toStop = newTarget('stop');
    const toResize = newTarget('resize');
    const toDestroy = newTarget('destroy');
    const toProvision = newTarget('provision');
    await Promise.all([toStop, toResize, toDestroy].map((target) => provision(client, target)));
    const before = await recordsOf(atRest);
    const appNames = before.map(({ providerState }) => String(providerState.appName));

    await control.failEverything();
    const outageBegan = (await control.calls()).at(-1)?.seq ?? 0;
    await client.call('stop', toStop, { waitS: 0 });
    await client.call('resize', { ...toResize, targetTier: 'perf-4-8', apply: 'now' }, { waitS: 0 });
    await client.call('destroy', toDestroy, { waitS: 0 });
    await client.call('provision', { ...toProvision, provider: 'fly' }, { waitS: 0 });
    aheadMs += OUTAGE_MS / 2;
    // The one without a machine has nothing that could be looked at.
    await untilLookedAt(appNames.slice(0, -1));
    aheadMs += OUTAGE_MS / 2;
    const answers = (await control.calls()).filter(({ seq }) => seq > outageBegan);
    expect(new Set(answers.map(({ status }) => status ?? 500))).toEqual(new Set([500]));
    expect(await recordsOf(atRest)).toEqual(before);

    await control.clearFaults();
    const changes: [Target, OperationKind, Partial<DebugView>][] = [
      [toStop, 'stop', { status: 'stopped' }],
      [toResize, 'resize', { status: 'running', instanceType: 'perf-4-8', volumeSizeGb: 20 }],
      [toDestroy, 'destroy', { status: 'destroyed' }],
      [toProvision, 'provision', { status: 'running', instanceType: 'perf-1-3', volumeSizeGb: 10 }],
    ];
    for (const [target, kind, shown] of changes) {
      expect(await untilEnded(client, target, kind, RECOVERED_TIMEOUT_MS)).toMatchObject({
        status: 'succeeded',
      });
      expect(await debugView(client, target)).toMatchObject(shown);
    }
    await untilLookedAt(appNames.slice(0, -1));
    expect(await recordsOf(atRest)).toEqual(before);
    const state = await control.state();
    const machines = (name: string) => truthOf(state, name).machines.length;
    expect(appNames.map(machines)).toEqual([1, 1, 1, 0]);
    expect(state.apps.map(({ name }) => truthOf(state, name).volumes.length)).toEqual(
      Array.from({ length: atRest.length + changes.length - 1 }, () => 1),
    );
  },
  5 * MINUTE_MS,
);
