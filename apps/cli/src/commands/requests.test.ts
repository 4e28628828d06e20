/** What each command asks of the control plane. A route that no command reaches fails here. */
import { ROUTES, type RouteName } from '@kiloclaw/platform-contract';
import { expect, it } from 'vitest';
import {
  debugView,
  INSTANCE_ID,
  instancePage,
  OPERATION_ID,
  ORPHANS,
  OTHER_INSTANCE_ID,
  operationAnswer,
  PROVIDERS,
  scrubAnswer,
  statusView,
  TIERS,
} from '../testing/answers.ts';
import { API_KEY } from '../testing/run.ts';
import { useControlPlane } from '../testing/with-control-plane.ts';

const site = useControlPlane();

const OWNER = ['--user', 'alice'];
const TARGET = { userId: 'alice', instanceId: INSTANCE_ID };
const ADMIN = { kind: 'admin', id: 'support-1' };
const AS_ADMIN = ['--as-admin', 'support-1'];
const DONE = operationAnswer();

interface Row {
  readonly args: readonly string[];
  readonly answer: unknown;
  /** The body of a POST, the query of a GET. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What `--json` shows where that is not the answer itself. */
  readonly shown?: unknown;
  /** What is asked before it, as `METHOD /path`. */
  readonly before?: readonly string[];
}

/** `doctor` asks these many times over: its own tests hold what it sends. */
type AskedByDoctor = 'checkup' | 'fixCheckup';

const SEALING_PAGE = {
  currentKeyId: 'k2',
  instances: 3,
  keys: { k2: 4, k1: 1 },
  resealed: 4,
  failed: [],
};

const ROWS: Readonly<Record<Exclude<RouteName, AskedByDoctor>, readonly Row[]>> = {
  whoami: [{ args: ['keys', 'whoami'], answer: { name: 'ci', scope: 'read' }, input: {} }],
  sealingKeys: [
    {
      args: ['secrets', 'keys'],
      answer: { ...SEALING_PAGE, nextCursor: null },
      input: {},
      shown: SEALING_PAGE,
    },
  ],
  reseal: [
    {
      args: ['secrets', 'rotate', ...AS_ADMIN],
      answer: { ...SEALING_PAGE, nextCursor: null },
      input: { actor: ADMIN },
      shown: SEALING_PAGE,
    },
  ],
  provision: [
    {
      args: ['instances', 'provision', ...OWNER],
      answer: statusView(),
      input: { userId: 'alice', start: true },
    },
    {
      args: [
        ...[
          'instances',
          'provision',
          ...OWNER,
          '--email',
          'alice@example.com',
          '--id',
          INSTANCE_ID,
          '--name',
          'box',
        ],
        ...[
          '--provider',
          'fly',
          '--region',
          'fra',
          '--tier',
          'perf-4-8',
          '--image',
          'ghcr.io/acme/gateway:1.4',
        ],
        ...['--env', 'A=1', '--env', 'B=x=y', '--no-start', ...AS_ADMIN],
      ],
      answer: statusView(),
      input: {
        ...TARGET,
        userEmail: 'alice@example.com',
        name: 'box',
        provider: 'fly',
        region: 'fra',
        instanceType: 'perf-4-8',
        image: 'ghcr.io/acme/gateway:1.4',
        env: { A: '1', B: 'x=y' },
        start: false,
        actor: ADMIN,
      },
    },
    {
      args: [
        ...['instances', 'provision', ...OWNER, '--cpus', '2', '--memory-mb', '6144', '--cpu-kind', 'shared'],
        ...['--disk-gb', '30', '--secrets-file', '-'],
      ],
      answer: statusView(),
      input: {
        userId: 'alice',
        start: true,
        machineSize: { cpus: 2, memory_mb: 6144, cpu_kind: 'shared' },
        volumeSizeGb: 30,
        secrets: { TOKEN: 'canary-secret', QUOTED: 'a b' },
      },
    },
  ],
  start: [{ args: ['instances', 'start', INSTANCE_ID, ...OWNER], answer: DONE, input: TARGET }],
  stop: [
    {
      args: ['instances', 'stop', INSTANCE_ID, ...OWNER, ...AS_ADMIN],
      answer: DONE,
      input: { ...TARGET, actor: ADMIN },
    },
  ],
  restart: [{ args: ['instances', 'restart', INSTANCE_ID, ...OWNER], answer: DONE, input: TARGET }],
  destroy: [{ args: ['instances', 'destroy', INSTANCE_ID, ...OWNER, '--yes'], answer: DONE, input: TARGET }],
  resize: [
    {
      args: ['resize', INSTANCE_ID, 'perf-4-8', ...OWNER, '--yes'],
      answer: DONE,
      input: { ...TARGET, targetTier: 'perf-4-8', apply: 'manual' },
    },
    {
      args: ['resize', INSTANCE_ID, 'perf-4-16', ...OWNER, '-y', '--apply', 'now'],
      answer: DONE,
      input: { ...TARGET, targetTier: 'perf-4-16', apply: 'now' },
    },
  ],
  extendVolume: [
    {
      args: [
        'volume',
        'extend',
        INSTANCE_ID,
        '15',
        ...OWNER,
        '--yes',
        '--app-name',
        'app',
        '--volume-id',
        'vol_1',
      ],
      answer: DONE,
      input: { ...TARGET, targetSizeGb: 15, appName: 'app', volumeId: 'vol_1' },
    },
  ],
  setSizeOverride: [
    {
      args: [
        ...[
          'override',
          'set',
          INSTANCE_ID,
          ...OWNER,
          '--yes',
          ...AS_ADMIN,
          '--preset',
          'perf-4-16',
          '--reason',
          ' oom ',
        ],
        ...['--expires', '2026-02-01T00:00:00Z', '--apply', 'now'],
      ],
      answer: DONE,
      input: {
        ...TARGET,
        actor: ADMIN,
        preset: 'perf-4-16',
        reason: 'oom',
        expiresAt: '2026-02-01T00:00:00Z',
        apply: 'now',
      },
    },
  ],
  clearSizeOverride: [
    {
      args: ['override', 'clear', INSTANCE_ID, ...OWNER, '--yes', ...AS_ADMIN],
      answer: DONE,
      input: { ...TARGET, actor: ADMIN, apply: 'manual' },
    },
  ],
  repair: [
    {
      args: ['repair', INSTANCE_ID, 'duplicate_machines', 'keep:m1', ...OWNER, '--yes'],
      answer: DONE,
      input: { ...TARGET, finding: 'duplicate_machines', choice: 'keep:m1' },
    },
  ],
  replaceVolume: [
    {
      args: ['replace-volume', INSTANCE_ID, ...OWNER, '--yes'],
      answer: DONE,
      input: { ...TARGET, confirm: 'data is lost' },
    },
  ],
  status: [
    {
      args: ['instances', 'get', INSTANCE_ID, ...OWNER, '--customer-view'],
      answer: statusView(),
      input: TARGET,
    },
  ],
  debugStatus: [
    { args: ['instances', 'get', INSTANCE_ID, ...OWNER], answer: debugView(), input: TARGET },
    {
      args: ['instances', 'get', INSTANCE_ID, ...OWNER, '--live'],
      answer: debugView(),
      input: { ...TARGET, live: 'true' },
    },
  ],
  operations: [
    {
      args: ['ops', 'list', INSTANCE_ID, ...OWNER, '--limit', '5', '--cursor', 'c'],
      answer: { items: [DONE], nextCursor: null },
      input: { ...TARGET, limit: '5', cursor: 'c' },
    },
  ],
  operation: [{ args: ['ops', 'watch', INSTANCE_ID, OPERATION_ID, ...OWNER], answer: DONE, input: TARGET }],
  retryOperation: [
    {
      args: ['ops', 'retry', INSTANCE_ID, OPERATION_ID, ...OWNER, ...AS_ADMIN],
      answer: DONE,
      input: { ...TARGET, actor: ADMIN },
    },
  ],
  instances: [
    {
      args: [
        ...['instances', 'list', ...OWNER, '--provider', 'fly', '--tier', 'unknown', '--status', 'running'],
        ...[
          '--has-override',
          '--drift',
          'any',
          '-q',
          'box',
          '--sort',
          'updated_asc',
          '--limit',
          '7',
          '--cursor',
          'c',
        ],
      ],
      answer: instancePage(),
      input: {
        ...{
          userId: 'alice',
          provider: 'fly',
          instanceType: 'unknown',
          status: 'running',
          hasOverride: 'true',
        },
        ...{ drift: 'any', q: 'box', sort: 'updated_asc', limit: '7', cursor: 'c' },
      },
    },
    { args: ['override', 'list'], answer: instancePage(), input: { hasOverride: 'true', limit: '200' } },
    {
      args: ['person', 'delete', 'alice', '--dry-run'],
      answer: instancePage(),
      shown: { dryRun: { action: 'delete_person', userId: 'alice', instances: [] } },
      input: { userId: 'alice', limit: '200' },
    },
  ],
  scrubPerson: [
    {
      args: ['person', 'delete', 'alice', '--yes', ...AS_ADMIN],
      answer: scrubAnswer(),
      input: { userId: 'alice', actor: ADMIN },
    },
  ],
  orphans: [
    {
      args: ['orphans', 'list', '--provider', 'fly'],
      answer: { ...ORPHANS, orphans: [] },
      input: { provider: 'fly' },
    },
  ],
  deleteOrphans: [
    {
      args: ['orphans', 'delete', 'vol_1', '--provider', 'fly', '--yes', ...AS_ADMIN],
      before: ['GET /orphans'],
      answer: {
        results: [
          { kind: 'volume', id: 'vol_1', instanceId: OTHER_INSTANCE_ID, outcome: 'deleted', error: null },
        ],
      },
      input: {
        provider: 'fly',
        actor: ADMIN,
        resources: [{ kind: 'volume', id: 'vol_1', instanceId: OTHER_INSTANCE_ID }],
      },
    },
    {
      args: ['orphans', 'delete', '--all', '--provider', 'fly', '--yes', ...AS_ADMIN],
      before: ['GET /orphans'],
      answer: { results: [] },
      input: {
        provider: 'fly',
        actor: ADMIN,
        resources: [
          { kind: 'volume', id: 'vol_1', instanceId: OTHER_INSTANCE_ID },
          { kind: 'machine', id: 'm_1', instanceId: OTHER_INSTANCE_ID },
        ],
      },
    },
  ],
  tiers: [{ args: ['tiers'], answer: TIERS, input: {} }],
  providers: [{ args: ['providers'], answer: PROVIDERS, input: {} }],
};

const cases = Object.entries(ROWS).flatMap(([route, rows]) =>
  rows.map((row) => ({ ...row, route: route as RouteName, line: row.args.join(' ') })),
);

it.each(cases)('$line', async ({ route, args, answer, input, shown, before = [] }) => {
  const { fake, run, calls, last } = site();
  const { method, path: template } = ROUTES[route];
  const path = template.replace(':id', OPERATION_ID);
  fake.on('GET /orphans', { body: ORPHANS });
  fake.on(`${method} ${path}`, { body: answer });
  const stdin = 'TOKEN=canary-secret\nQUOTED="a b"\n';
  const json = await run([...args, '--json'], { stdin });
  expect(json.stderr).toBe('');
  expect(json.exitCode).toBe(0);
  expect(calls()).toEqual([...before, `${method} ${path}`]);
  expect(method === 'GET' ? last().query : last().body).toEqual(input);
  expect(last().headers['x-internal-api-key']).toBe(API_KEY);
  expect(json.json()).toEqual(shown ?? answer);

  const people = await run(args, { stdin });
  expect([people.exitCode, people.stdout.trim()]).not.toEqual([0, '']);
  for (const text of [json.stdout, json.stderr, people.stdout, people.stderr]) {
    expect(text).not.toContain(API_KEY);
    expect(text).not.toContain('canary-secret');
  }
});

const CHANGES = cases.filter(({ route }) => ROUTES[route].scope === 'full' && ROUTES[route].namesInstance);

it.each(CHANGES.filter(({ route }) => route !== 'retryOperation'))(
  'carries an idempotency key, its own or the one that is given: $line',
  async ({ route, args, answer }) => {
    const { fake, run, last } = site();
    fake.on(`${ROUTES[route].method} ${ROUTES[route].path}`, { body: answer });
    const options = { stdin: 'TOKEN=x\n' };
    await run(args, options);
    const first = last().headers['idempotency-key'];
    await run(args, options);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(last().headers['idempotency-key']).not.toBe(first);
    await run([...args, '--idempotency-key', 'mine'], options);
    expect(last().headers['idempotency-key']).toBe('mine');
  },
);

it('every route is reached by some command', () => {
  const byDoctor: readonly AskedByDoctor[] = ['checkup', 'fixCheckup'];
  expect([...Object.keys(ROWS), ...byDoctor].sort()).toEqual(Object.keys(ROUTES).sort());
});

it('every row is a request that the contract accepts', () => {
  for (const { route, input } of cases) {
    const { error } = ROUTES[route].input.safeParse(input);
    expect([route, error?.issues]).toEqual([route, undefined]);
  }
});
