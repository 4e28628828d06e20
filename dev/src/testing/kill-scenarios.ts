/** The operations that the kill matrix goes through, each from the state that makes it do its whole work. */
import type { DebugView, OperationKind, PlatformClient } from '@kiloclaw/platform-contract';
import { act, provision, type Target } from './fleet.ts';

/** What an instance is to have when its operation has ended: `machineSize` is billed, `effectiveSize` built. */
export type Wanted = Pick<
  DebugView,
  'status' | 'instanceType' | 'machineSize' | 'effectiveSize' | 'volumeSizeGb' | 'pendingRestart'
>;

export interface Scenario {
  readonly name: string;
  readonly kind: OperationKind;
  /** Brings a fresh instance to where the operation begins. */
  prepare(client: PlatformClient, target: Target): Promise<void>;
  /** Sends the request; how it is answered says nothing, since the stack may be killed meanwhile. */
  send(client: PlatformClient, target: Target): Promise<unknown>;
  /** Null where nothing is to be left. */
  readonly wanted: Wanted | null;
}

const WAIT_S = 60;
const OTHER_IMAGE = 'kiloclaw-demo:other';
const LARGER_TIER = 'perf-4-8';
const PRESET = 'perf-4-16';
const EXTENDED_GB = 25;
const ADMIN = { kind: 'admin', id: 'admin-alice' } as const;

// Written out, not looked up: the catalog itself could be what is wrong.
const SMALL = { cpus: 1, memory_mb: 3072, cpu_kind: 'performance' } as const;
const LARGER = { cpus: 4, memory_mb: 8192, cpu_kind: 'performance' } as const;
const LENT = { cpus: 4, memory_mb: 16_384, cpu_kind: 'performance' } as const;
const RUNNING: Wanted = {
  status: 'running',
  instanceType: 'perf-1-3',
  machineSize: SMALL,
  effectiveSize: SMALL,
  volumeSizeGb: 10,
  pendingRestart: false,
};
const STOPPED: Wanted = { ...RUNNING, status: 'stopped' };
const RESIZED: Wanted = {
  status: 'running',
  instanceType: LARGER_TIER,
  machineSize: LARGER,
  effectiveSize: LARGER,
  volumeSizeGb: 20,
  pendingRestart: false,
};

const action = (name: 'start' | 'stop' | 'restart' | 'destroy') => (client: PlatformClient, target: Target) =>
  client.call(name, target, { waitS: 0 });

const running = (client: PlatformClient, target: Target) => provision(client, target);

async function stopped(client: PlatformClient, target: Target): Promise<void> {
  await provision(client, target);
  await act(client, 'stop', target);
}

const resize = (apply: 'manual' | 'now') => (client: PlatformClient, target: Target) =>
  client.call('resize', { ...target, targetTier: LARGER_TIER, apply }, { waitS: 0 });

const lend = (client: PlatformClient, target: Target, waitS: number) =>
  client.call(
    'setSizeOverride',
    { ...target, actor: ADMIN, preset: PRESET, reason: 'out of memory', apply: 'now' },
    { waitS },
  );

const HARDWARE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'resize',
    kind: 'resize',
    prepare: stopped,
    send: resize('manual'),
    wanted: { ...RESIZED, status: 'stopped' },
  },
  {
    name: 'resize, now',
    kind: 'resize',
    prepare: running,
    send: resize('now'),
    wanted: RESIZED,
  },
  {
    name: 'set override, now',
    kind: 'set_override',
    prepare: running,
    send: (client, target) => lend(client, target, 0),
    wanted: { ...RUNNING, effectiveSize: LENT },
  },
  {
    name: 'clear override, now',
    kind: 'clear_override',
    prepare: async (client, target) => {
      await running(client, target);
      await lend(client, target, WAIT_S);
    },
    send: (client, target) =>
      client.call('clearSizeOverride', { ...target, actor: ADMIN, apply: 'now' }, { waitS: 0 }),
    wanted: RUNNING,
  },
  {
    name: 'extend volume',
    kind: 'extend_volume',
    prepare: running,
    send: (client, target) =>
      client.call('extendVolume', { ...target, targetSizeGb: EXTENDED_GB }, { waitS: 0 }),
    wanted: { ...RUNNING, instanceType: 'custom', volumeSizeGb: EXTENDED_GB },
  },
];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'provision',
    kind: 'provision',
    prepare: async () => undefined,
    send: (client, target) => client.call('provision', { ...target, provider: 'fly' }, { waitS: 0 }),
    wanted: RUNNING,
  },
  {
    name: 'first start',
    kind: 'start',
    prepare: (client, target) => provision(client, target, { start: false }),
    send: action('start'),
    wanted: RUNNING,
  },
  { name: 'start', kind: 'start', prepare: stopped, send: action('start'), wanted: RUNNING },
  {
    name: 'start, other image',
    kind: 'start',
    prepare: async (client, target) => {
      await stopped(client, target);
      await provision(client, target, { image: OTHER_IMAGE });
    },
    send: action('start'),
    wanted: RUNNING,
  },
  { name: 'stop', kind: 'stop', prepare: running, send: action('stop'), wanted: STOPPED },
  { name: 'restart', kind: 'restart', prepare: running, send: action('restart'), wanted: RUNNING },
  {
    name: 'restart, other image',
    kind: 'restart',
    prepare: async (client, target) => {
      await running(client, target);
      await provision(client, target, { image: OTHER_IMAGE });
    },
    send: action('restart'),
    wanted: RUNNING,
  },
  { name: 'destroy', kind: 'destroy', prepare: running, send: action('destroy'), wanted: null },
  ...HARDWARE_SCENARIOS,
];
