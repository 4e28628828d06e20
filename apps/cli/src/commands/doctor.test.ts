import { CHECKUP_KINDS } from '@kiloclaw/platform-contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { PROVIDER_KINDS } from '../doctor/finding.ts';
import { DOCTOR_KINDS, wordsOf } from '../doctor/words.ts';
import {
  AT,
  apiError,
  debugView,
  INSTANCE_ID,
  OPERATION_ID,
  OTHER_INSTANCE_ID,
  operationAnswer,
  PROVIDERS,
} from '../testing/answers.ts';
import { checkupPage, fixAnswer, orphansView, sick } from '../testing/doctor-answers.ts';
import { API_KEY } from '../testing/run.ts';
import { useControlPlane } from '../testing/with-control-plane.ts';

const site = useControlPlane();
const owned = { userId: 'alice', instanceId: INSTANCE_ID };
const orphan = (kind: 'machine' | 'volume', id: string) =>
  ({ kind, id, instanceId: OTHER_INSTANCE_ID, reason: 'no_instance', createdAt: AT }) as const;

beforeEach(() => {
  site().fake.on('GET /providers', { body: PROVIDERS });
  site().fake.on('GET /checkup', { body: checkupPage() });
  site().fake.on('GET /orphans', { body: orphansView() });
});

const finds = (...instances: readonly ReturnType<typeof sick>[]) =>
  site().fake.on('GET /checkup', { body: checkupPage({ instances: [...instances] }) });
const findsOrphans = (more: Parameters<typeof orphansView>[0]) =>
  site().fake.on('GET /orphans', { body: orphansView(more) });
const bodiesOf = (path: string) =>
  site()
    .fake.asked.filter((exchange) => exchange.method === 'POST' && exchange.path === path)
    .map(({ body }) => body);

describe('a healthy fleet', () => {
  it('is told as such, after every page and every provider was asked', async () => {
    site().fake.on(
      'GET /checkup',
      { body: checkupPage({ nextCursor: INSTANCE_ID }) },
      { body: checkupPage() },
    );
    const done = await site().run(['doctor']);
    expect([done.exitCode, done.stdout, done.stderr]).toEqual([
      0,
      '6 instances checked: nothing found.\n',
      '',
    ]);
    expect(site().fake.asked.map(({ path, query }) => [path, query])).toEqual([
      ['/checkup', { limit: '200', live: 'true' }],
      ['/checkup', { limit: '200', live: 'true', cursor: INSTANCE_ID }],
      ['/providers', {}],
      ['/orphans', { provider: 'fly' }],
    ]);
  });

  it('is one document with --json', async () => {
    const done = await site().run(['doctor', '--json']);
    expect(done.json()).toEqual({
      healthy: true,
      checkedCount: 3,
      looks: { taken: 3, heldBack: 0, failed: 0, oldestAt: null },
      findings: [],
      unexamined: [],
    });
    expect(done.stdout + done.stderr).not.toContain(API_KEY);
  });

  it('is looked at anew, or not; wholly, or in part', async () => {
    await site().run(['doctor', '--user', 'alice', '--no-live']);
    expect(site().calls()).toEqual(['GET /checkup']);
    expect(site().last().query).toEqual({ userId: 'alice', limit: '200', live: 'false' });
    await site().run(['doctor', '--provider', 'northflank']);
    expect(site().last()).toMatchObject({ path: '/orphans', query: { provider: 'northflank' } });
  });

  it('tells where looks were held back for the provider’s rate, and how old the last ones are', async () => {
    const looks = { taken: 1, heldBack: 2, failed: 0, oldestAt: AT };
    site().fake.on('GET /checkup', { body: checkupPage({ looks }) });
    const done = await site().run(['doctor']);
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toContain('2 instances were not looked at anew');
    expect(done.stdout).toContain('2026-01-31 14:05 UTC');
  });
});

describe('findings', () => {
  it('are told kind by kind, the worst first, each with what it is and what to do', async () => {
    finds(sick(['clamped']), sick(['volume_missing'], { volumeId: 'vol_1' }, OTHER_INSTANCE_ID));
    const done = await site().run(['doctor']);
    expect(done.exitCode).toBe(1);
    const [error, notice] = [
      done.stdout.indexOf('error volume_missing (1)'),
      done.stdout.indexOf('notice clamped'),
    ];
    expect(error).toBeGreaterThanOrEqual(0);
    expect(notice).toBeGreaterThan(error);
    for (const kind of ['volume_missing', 'clamped']) {
      expect(done.stdout).toContain(wordsOf({ kind }).what);
      expect(done.stdout).toContain(wordsOf({ kind }).toDo);
    }
    expect(done.stdout).toContain('volumeId: vol_1');
    expect(done.stdout).toContain('3 instances checked: 2 findings.');
    expect(done.stdout).not.toContain('\u001b');
  });

  it('of a provider are those without an instance, without a row, and without what is theirs', async () => {
    findsOrphans({
      orphans: [
        orphan('machine', 'm1'),
        { ...orphan('volume', 'v1'), instanceId: null, reason: 'unattributed' },
      ],
      unregistered: [{ instanceId: OTHER_INSTANCE_ID, resources: [{ kind: 'volume', id: 'v2' }] }],
      instances: [{ ...owned, status: 'running', missing: ['machine'] }],
    });
    const done = await site().run(['doctor', '--json']);
    expect(done.exitCode).toBe(1);
    const { findings } = done.json() as { findings: { kind: string }[] };
    expect(findings.map(({ kind }) => kind)).toEqual([
      'resources_missing',
      'row_missing',
      'orphan',
      'unattributed',
    ]);
  });

  it('that the instance’s own look has told of are not told twice', async () => {
    finds(sick(['adopted'], { what: 'machine_forgotten', from: 'm1', to: null }));
    findsOrphans({ instances: [{ ...owned, status: 'running', missing: ['machine'] }] });
    const { findings } = (await site().run(['doctor', '--json'])).json() as { findings: { kind: string }[] };
    expect(findings.map(({ kind }) => kind)).toEqual(['adopted']);
  });

  it('of instances of which more is listed than there should be are of a look of their own', async () => {
    const crowd = { ...owned, resources: [] };
    findsOrphans({ crowded: [crowd] });
    const drift = [
      { kind: 'duplicate_machines', since: AT, details: { machineIds: ['m1', 'm2'] } },
      { kind: 'clamped', since: AT, details: {} },
    ];
    site().fake.on('GET /debug-status', { body: { ...debugView(), drift } });
    const { findings } = (await site().run(['doctor', '--json'])).json() as { findings: object[] };
    expect(findings).toMatchObject([{ kind: 'duplicate_machines', ...owned, provider: 'fly' }]);
    expect(site().last()).toMatchObject({ path: '/debug-status', query: { ...owned, live: 'true' } });
  });

  it('are looked for where they alone are asked for', async () => {
    findsOrphans({ crowded: [{ ...owned, resources: [] }] });
    const drift = [{ kind: 'duplicate_machines', since: AT, details: { machineIds: ['m1', 'm2'] } }];
    site().fake.on('GET /debug-status', { body: { ...debugView(), drift } });
    const run = await site().run(['doctor', '--only', 'duplicate_machines', '--json']);
    expect([run.exitCode, run.json()]).toMatchObject([1, { findings: [{ kind: 'duplicate_machines' }] }]);
  });

  it('of which one refuses its look hide no other', async () => {
    const other = { userId: 'bob', instanceId: OTHER_INSTANCE_ID, resources: [] };
    findsOrphans({ crowded: [other, { ...owned, resources: [] }], unverifiedCount: 1 });
    const drift = [{ kind: 'duplicate_machines', since: AT, details: { machineIds: ['m1', 'm2'] } }];
    site().fake.on(
      'GET /debug-status',
      { status: 404, body: apiError('instance_not_found', 'No such instance.') },
      { body: { ...debugView(), drift } },
    );
    expect((await site().run(['doctor', '--json'])).json()).toMatchObject({
      findings: [{ kind: 'duplicate_machines', ...owned }],
      unexamined: [{ code: 'unverified' }, { code: 'instance_not_found' }],
    });
  });

  it('can be narrowed to some kinds', async () => {
    finds(sick(['clamped', 'alarm_late']));
    const done = await site().run(['doctor', '--only', 'alarm_late', '--json']);
    expect(done.json()).toMatchObject({ findings: [{ kind: 'alarm_late', severity: 'error' }] });
    expect(site().calls()).toEqual(['GET /checkup']);
    const odd = await site().run(['doctor', '--only', 'nonsense']);
    expect([odd.exitCode, odd.stderr]).toEqual([2, expect.stringContaining('is no kind of finding')]);
  });

  it('of a later release are told by their word', async () => {
    finds(sick(['brand_new'], { told: 'x' }));
    const done = await site().run(['doctor']);
    expect([done.exitCode, done.stdout]).toEqual([1, expect.stringContaining('warning brand_new (1)')]);
  });

  it('bring no control character to the terminal', async () => {
    finds(sick(['clamped'], { host: '\u001b[31mred' }));
    expect((await site().run(['doctor'])).stdout).not.toContain('\u001b');
  });
});

describe('what can’t be examined', () => {
  it('is told, and is no health: a provider that is away, a key that may read only', async () => {
    site().fake.on('GET /orphans', {
      status: 401,
      body: apiError('unauthorized', 'This key may read only.'),
    });
    const done = await site().run(['doctor', '--json']);
    expect(done.exitCode).toBe(3);
    expect(done.json()).toMatchObject({
      healthy: false,
      findings: [],
      unexamined: [{ what: 'what lies at fly', code: 'unauthorized', message: 'This key may read only.' }],
    });
  });

  it.each([{ unverifiedCount: 2 }, { isCutOff: true }])('is told for %j', async (gap) => {
    findsOrphans(gap);
    const done = await site().run(['doctor']);
    expect([done.exitCode, done.stdout]).toEqual([3, expect.stringContaining('not examined:')]);
  });

  it('is the whole fleet while Postgres is away', async () => {
    site().fake.on('GET /checkup', {
      status: 503,
      body: apiError('registry_unavailable', 'Postgres is away.'),
    });
    expect((await site().run(['doctor', '--json'])).exitCode).toBe(3);
  });
});

describe('--fix', () => {
  it('puts right without asking what loses nothing, once for each instance', async () => {
    finds(sick(['phantom_override', 'alarm_repaired']), sick(['record_lost'], {}, OTHER_INSTANCE_ID));
    const done = ['row_rewritten', 'alarm_repairs_noted', 'record_restored'] as const;
    site().fake.on('POST /checkup/fix', { body: fixAnswer({ done: [...done] }) });
    const run = await site().run(['doctor', '--fix', '--as-admin', 'support-1']);
    expect([run.exitCode, run.stdout]).toEqual([0, expect.stringContaining('3 findings, 3 fixed.')]);
    const actor = { kind: 'admin', id: 'support-1' };
    expect(bodiesOf('/checkup/fix')).toEqual([
      { ...owned, actor },
      { ...owned, instanceId: OTHER_INSTANCE_ID, actor },
    ]);
  });

  it('says where the registry still does not take the row, and goes on with the others', async () => {
    finds(sick(['registry_rejected']), sick(['alarm_late'], {}, OTHER_INSTANCE_ID));
    site().fake.on(
      'POST /checkup/fix',
      { status: 409, body: apiError('state_invalid', 'It is damaged.') },
      { body: fixAnswer({ isPaid: false }) },
    );
    const run = await site().run(['doctor', '--fix', '--json']);
    expect(run.exitCode).toBe(1);
    expect(run.json()).toMatchObject({
      findings: [
        { kind: 'alarm_late', fix: { outcome: 'failed', message: 'It is damaged.' } },
        { kind: 'registry_rejected', fix: { outcome: 'failed' } },
      ],
    });
  });

  it.each([
    ['succeeded', 0, 'fixed'],
    ['stuck', 1, 'left'],
  ] as const)('tries again what is stuck: %s', async (status, exitCode, outcome) => {
    finds(sick(['operation_stuck'], { operationId: OPERATION_ID }));
    site().fake.on(`POST /operations/${OPERATION_ID}/retry`, {
      body: operationAnswer({ kind: 'destroy', status }),
    });
    const run = await site().run(['doctor', '--fix', '--json']);
    expect([run.exitCode, run.json()]).toMatchObject([exitCode, { findings: [{ fix: { outcome } }] }]);
    expect(bodiesOf(`/operations/${OPERATION_ID}/retry`)).toEqual([owned]);
  });

  it('tells what was fixed before the control plane went away', async () => {
    finds(sick(['row_differs']), sick(['row_differs'], {}, OTHER_INSTANCE_ID));
    site().fake.on('POST /checkup/fix', { body: fixAnswer() }, 'cut');
    const run = await site().run(['doctor', '--fix', '--json']);
    expect([run.exitCode, run.json()]).toMatchObject([
      3,
      {
        error: { code: 'unreachable' },
        report: { findings: [{ fix: { outcome: 'fixed' } }, { fix: { outcome: 'failed' } }] },
      },
    ]);
  });

  it('deletes and repairs nothing where nobody is there to be asked, and says what to run', async () => {
    finds(sick(['duplicate_machines'], { machineIds: ['m1', 'm2'] }));
    findsOrphans({ orphans: [orphan('machine', 'm9')] });
    const run = await site().run(['doctor', '--fix', '--as-admin', 'support-1']);
    expect([run.exitCode, run.stdout]).toEqual([1, expect.stringContaining('kiloclaw orphans delete')]);
    expect(
      site()
        .calls()
        .filter((call) => call.startsWith('POST')),
    ).toEqual([]);
  });
});

describe('--fix at a terminal', () => {
  const fix = (typed: readonly string[], ...more: readonly string[]) =>
    site().run(['doctor', '--fix', '--as-admin', 'support-1', ...more], { typed });
  const actor = { kind: 'admin', id: 'support-1' };

  it('asks before it deletes an orphan, one by one', async () => {
    findsOrphans({ orphans: [orphan('machine', 'm9'), orphan('volume', 'v9')] });
    const resource = { kind: 'machine', id: 'm9', instanceId: OTHER_INSTANCE_ID } as const;
    site().fake.on('POST /orphans/delete', {
      body: { results: [{ ...resource, outcome: 'deleted', error: null }] },
    });
    const run = await fix(['y', 'n']);
    expect([run.exitCode, run.stdout]).toEqual([1, expect.stringContaining('2 findings, 1 fixed.')]);
    expect(bodiesOf('/orphans/delete')).toEqual([{ provider: 'fly', resources: [resource], actor }]);
    expect(run.stderr).toContain('with all its data');
  });

  it('tells what was done before Ctrl-C, and does not say that nothing was', async () => {
    findsOrphans({ orphans: [orphan('machine', 'm8'), orphan('machine', 'm9'), orphan('volume', 'v9')] });
    const resource = { kind: 'machine', id: 'm8', instanceId: OTHER_INSTANCE_ID } as const;
    site().fake.on('POST /orphans/delete', {
      body: { results: [{ ...resource, outcome: 'deleted', error: null }] },
    });
    const run = await fix(['y', '\u0003', 'y']);
    expect([run.exitCode, run.stdout]).toEqual([130, expect.stringContaining('3 findings, 1 fixed.')]);
    expect(run.stdout).toContain('fixed: The machine is deleted.');
    expect(run.stderr).not.toContain('Nothing was asked');
    expect(bodiesOf('/orphans/delete')).toHaveLength(1);
  });

  it('deletes nothing in nobody’s name', async () => {
    findsOrphans({ orphans: [orphan('machine', 'm9')] });
    const run = await site().run(['doctor', '--fix'], { typed: ['y'] });
    expect([run.exitCode, run.stdout]).toEqual([1, expect.stringContaining('--as-admin')]);
    expect(bodiesOf('/orphans/delete')).toEqual([]);
  });

  it('keeps the machine that is named', async () => {
    finds(sick(['duplicate_machines'], { machineIds: ['m1', 'm2'] }));
    site().fake.on('POST /repair', { body: operationAnswer({ kind: 'repair' }) });
    expect((await fix(['m2'])).exitCode).toBe(0);
    const choice = { finding: 'duplicate_machines', choice: 'keep:m2' };
    expect(bodiesOf('/repair')).toEqual([{ ...owned, ...choice, actor }]);
  });

  it.each([[''], ['m3']])('keeps all of them for %j', async (typed) => {
    finds(sick(['duplicate_machines'], { machineIds: ['m1', 'm2'] }));
    expect((await fix([typed])).exitCode).toBe(1);
    expect(bodiesOf('/repair')).toEqual([]);
  });

  it.each([
    ['volume_not_mounted', {}, 'remount'],
    ['retired_volume', { volumeIds: ['v1'] }, 'delete:v1'],
  ])('asks for %s', async (finding, details, choice) => {
    finds(sick([finding], details));
    site().fake.on('POST /repair', { body: operationAnswer({ kind: 'repair' }) });
    expect((await fix(['n'])).exitCode).toBe(1);
    expect(bodiesOf('/repair')).toEqual([]);
    expect((await fix(['y'])).exitCode).toBe(0);
    expect(bodiesOf('/repair')).toEqual([{ ...owned, finding, choice, actor }]);
  });

  it('does not call a volume left that it has deleted', async () => {
    finds(sick(['retired_volume'], { volumeIds: ['v1', 'v2'] }));
    site().fake.on('POST /repair', { body: operationAnswer({ kind: 'repair' }) });
    const run = await fix(['y', 'n']);
    expect([run.exitCode, run.stdout]).toEqual([1, expect.stringContaining('left: 1 deleted, 1 left.')]);
  });

  it('writes the row of an instance whose owner is named', async () => {
    findsOrphans({ unregistered: [{ instanceId: OTHER_INSTANCE_ID, resources: [] }] });
    site().fake.on('POST /checkup/fix', { body: fixAnswer() });
    expect((await fix(['bob'])).exitCode).toBe(0);
    expect(bodiesOf('/checkup/fix')).toEqual([{ userId: 'bob', instanceId: OTHER_INSTANCE_ID, actor }]);
  });
});

it('ends at Ctrl-C while a provider is searched', async () => {
  const stop = new AbortController();
  site().fake.on('GET /orphans', 'cut');
  const run = await site().run(['doctor'], { interruption: stop.signal, onSleep: () => stop.abort() });
  expect([run.exitCode, run.stdout]).toEqual([130, '']);
});

it('has words for everything that a control plane of this release can find', () => {
  expect([...DOCTOR_KINDS].sort()).toEqual([...CHECKUP_KINDS, ...PROVIDER_KINDS].sort());
});
