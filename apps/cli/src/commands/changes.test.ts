/** How a change goes: its plan, the question, its end. */
import { describe, expect, it } from 'vitest';
import {
  apiError,
  debugView,
  INSTANCE_ID,
  instancePage,
  listedInstance,
  OPERATION_ID,
  ORPHANS,
  OTHER_INSTANCE_ID,
  operationAnswer,
  plan,
  runningOperation,
  scrubAnswer,
  statusView,
} from '../testing/answers.ts';
import { useControlPlane } from '../testing/with-control-plane.ts';

const site = useControlPlane();
const OWNER = ['--user', 'alice'];
const RESIZE = ['resize', INSTANCE_ID, 'perf-4-8', ...OWNER];
const START = ['instances', 'start', INSTANCE_ID, ...OWNER];
const WATCH = `kiloclaw ops watch ${INSTANCE_ID} ${OPERATION_ID} --user alice`;
const OPERATION_PATH = `GET /operations/${OPERATION_ID}`;

describe('a change with a plan', () => {
  it('shows the plan at a terminal, asks, and sends the hash of what was agreed to', async () => {
    site().fake.on('POST /resize', { body: { plan: plan() } }, { body: operationAnswer({ kind: 'resize' }) });
    const done = await site().run(RESIZE, { typed: ['y'], env: { NO_COLOR: '1' } });
    expect(done.exitCode).toBe(0);
    expect(done.stderr).toMatch(/disk +10 GB +20 GB/);
    expect(done.stderr).toContain('a disk never shrinks');
    expect(site().fake.asked.map(({ body }) => body)).toMatchObject([
      { dryRun: true },
      { expectedPlanHash: 'hash-of-the-plan' },
    ]);
    expect(site().last().body).not.toHaveProperty('dryRun');
    expect(done.stdout).toContain('Resize of');
  });

  it('changes nothing where the answer is no', async () => {
    site().fake.on('POST /resize', { body: { plan: plan() } });
    const done = await site().run(RESIZE, { typed: ['n'] });
    expect([done.exitCode, site().fake.asked.length]).toEqual([1, 1]);
    expect(done.stderr).toContain('Nothing was changed. ');
  });

  it('is not asked about where the plan is refused', async () => {
    const refusal = { code: 'instance_not_stopped', message: 'The instance is running.' } as const;
    site().fake.on('POST /resize', { body: { plan: plan({ allowed: false, refusal }) } });
    const done = await site().run(RESIZE, { typed: ['y'] });
    expect([done.exitCode, site().fake.asked.length]).toEqual([1, 1]);
    expect(done.stderr).toContain('(instance_not_stopped)');
  });

  it.each([
    ['a pipe', {}, []],
    ['--json at a terminal', { typed: ['y'] }, ['--json']],
  ])(
    'is refused without --yes at %s, with the way out and before anything is asked',
    async (_where, options, more) => {
      for (const args of [
        RESIZE,
        ['volume', 'extend', INSTANCE_ID, '15'],
        ['override', 'set', INSTANCE_ID, '--preset', 'perf-4-8', '--reason', 'x'],
        ['override', 'clear', INSTANCE_ID],
        ['instances', 'destroy', INSTANCE_ID],
        ['replace-volume', INSTANCE_ID],
        ['repair', INSTANCE_ID, 'volume_not_mounted', 'remount'],
        ['person', 'delete', 'alice'],
        ['orphans', 'delete', '--all', '--provider', 'fly'],
      ]) {
        const done = await site().run([...args, ...more], options);
        expect([args[0], done.exitCode, site().calls()]).toEqual([args[0], 1, []]);
        expect(done.stderr).toContain('--yes');
        if (more.length > 0) expect(done.json()).toMatchObject({ error: { code: 'not_confirmed' } });
      }
    },
  );

  it('prints the plan with --dry-run, as the API tells it, and asks for nothing else', async () => {
    const answer = { plan: plan() };
    site().fake.on('POST /resize', { body: answer });
    const done = await site().run([...RESIZE, '--dry-run', '--json']);
    expect([done.exitCode, done.json()]).toEqual([0, answer]);
    expect(site().last().body).toMatchObject({ dryRun: true });
    const table = await site().run([...RESIZE, '--dry-run']);
    expect(table.stdout).toContain('hash-of-the-plan');
    expect(site().fake.asked).toHaveLength(2);
  });

  it('ends with 1 where the plan of a dry-run is refused', async () => {
    const refusal = { code: 'volume_would_shrink', message: 'The disk is larger.' } as const;
    site().fake.on('POST /resize', { body: { plan: plan({ allowed: false, refusal }) } });
    const done = await site().run([...RESIZE, '--dry-run']);
    expect([done.exitCode, done.stdout]).toEqual([1, expect.stringContaining('The disk is larger.')]);
  });

  it('to the tier that it has already is a success, asked or not', async () => {
    const hardware = { ...plan().before, instanceType: 'perf-4-8' } as const;
    const refusal = { code: 'not_an_upgrade', message: 'No more.' } as const;
    const same = { plan: plan({ allowed: false, refusal, before: hardware, after: hardware }) };
    const refused = { status: 422, body: apiError('not_an_upgrade', 'No more.') };
    site().fake.on('POST /resize', refused, { body: same });
    const yes = await site().run([...RESIZE, '--yes', '--json']);
    expect([yes.exitCode, yes.json()]).toEqual([
      0,
      expect.objectContaining({ unchanged: true, operation: null }),
    ]);
    expect((await site().run(RESIZE, { typed: [] })).exitCode).toBe(0);

    const other = { plan: plan({ allowed: false, refusal }) };
    site().fake.on('POST /resize', refused, { body: other });
    expect((await site().run([...RESIZE, '--yes'])).exitCode).toBe(1);
  });

  it('of an override needs an admin: the option, the environment or the profile', async () => {
    const args = ['override', 'clear', INSTANCE_ID, ...OWNER, '--yes'];
    const nobody = await site().run(args);
    expect([nobody.exitCode, site().calls()]).toEqual([2, []]);
    expect(nobody.stderr).toContain('KILOCLAW_AS_ADMIN');
    site().fake.on('POST /clear-size-override', { body: operationAnswer({ kind: 'clear_override' }) });
    expect((await site().run(args, { env: { KILOCLAW_AS_ADMIN: 'support-2' } })).exitCode).toBe(0);
    expect(site().last().body).toMatchObject({ actor: { kind: 'admin', id: 'support-2' } });
  });

  it('of an override ends when it is told to: in hours, in days, at a time', async () => {
    const set = [
      'override',
      'set',
      INSTANCE_ID,
      ...OWNER,
      '--yes',
      '--as-admin',
      'a',
      '--preset',
      'perf-4-8',
      '--reason',
      'x',
    ];
    site().fake.on('POST /set-size-override', { body: operationAnswer({ kind: 'set_override' }) });
    const before = Date.now();
    await site().run([...set, '--expires', '2d']);
    const { expiresAt } = site().last().body as { expiresAt: string };
    expect(Date.parse(expiresAt) - before - 2 * 24 * 3_600_000).toBeLessThan(60_000);
    for (const wrong of ['tomorrow', '2w', '-1d', '']) {
      const done = await site().run([...set, '--expires', wrong]);
      expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining('12h')]);
    }
  });
});

describe('what can’t be taken back', () => {
  const DESTROY = ['instances', 'destroy', INSTANCE_ID, ...OWNER];

  it('is done when its id is typed', async () => {
    site().fake.on('POST /destroy', { body: operationAnswer({ kind: 'destroy' }) });
    expect((await site().run(DESTROY, { typed: [INSTANCE_ID] })).exitCode).toBe(0);
    expect(site().calls()).toEqual(['POST /destroy']);
  });

  it('may be named as it was on the command line', async () => {
    site().fake.on('GET /instances', { body: instancePage(listedInstance({ name: 'box' })) });
    site().fake.on('POST /destroy', { body: operationAnswer({ kind: 'destroy' }) });
    expect((await site().run(['instances', 'destroy', 'box'], { typed: ['box'] })).exitCode).toBe(0);
  });

  it.each([
    [['instances', 'destroy', INSTANCE_ID, ...OWNER]],
    [['replace-volume', INSTANCE_ID, ...OWNER]],
    [['repair', INSTANCE_ID, 'retired_volume', 'delete:vol_1', ...OWNER]],
    [['person', 'delete', 'alice']],
  ])('is not done for another word: %j', async (args) => {
    const done = await site().run(args, { typed: ['yes'] });
    expect([done.exitCode, site().calls()]).toEqual([1, []]);
    expect(done.stderr).toContain('Nothing was changed');
  });

  it('is told by a dry-run: what it is about, and whether it would be done', async () => {
    const actions = {
      ...debugView().actions,
      destroy: { allowed: false, reason: 'state_invalid', message: 'Damaged.' },
    };
    site().fake.on('GET /debug-status', { body: debugView() }, { body: debugView({ actions }) });
    const allowed = await site().run([...DESTROY, '--dry-run', '--json']);
    expect(allowed.json()).toMatchObject({
      dryRun: { action: 'destroy', allowed: true, instance: { userId: 'alice' } },
    });
    const refused = await site().run([...DESTROY, '--dry-run']);
    expect([refused.exitCode, refused.stdout]).toEqual([
      1,
      expect.stringContaining('Damaged. (state_invalid)'),
    ]);
    expect(site().calls()).toEqual(['GET /debug-status', 'GET /debug-status']);
  });

  it('is never an orphan that is not in the list, or names no instance', async () => {
    site().fake.on('GET /orphans', { body: ORPHANS });
    for (const id of ['vol_9', 'vol_2']) {
      const args = ['orphans', 'delete', id, '--provider', 'fly', '--yes', '--as-admin', 'a'];
      const done = await site().run([...args, '--json']);
      expect([done.exitCode, done.json()]).toEqual([
        1,
        { error: expect.objectContaining({ code: 'not_an_orphan' }) },
      ]);
    }
    expect(new Set(site().calls())).toEqual(new Set(['GET /orphans']));
  });

  it('ends with 4 where an orphan could not be deleted, and with 1 where any is listed', async () => {
    const error = { code: 'provider_error', message: 'Not now.' } as const;
    const results = [
      { kind: 'volume', id: 'vol_1', instanceId: OTHER_INSTANCE_ID, outcome: 'failed', error },
    ];
    site().fake.on('GET /orphans', { body: ORPHANS });
    site().fake.on('POST /orphans/delete', { body: { results } });
    const args = ['orphans', 'delete', 'vol_1', '--provider', 'fly', '--yes', '--as-admin', 'a'];
    expect((await site().run(args)).exitCode).toBe(4);
    expect((await site().run(['orphans', 'list', '--provider', 'fly'])).exitCode).toBe(1);
  });
});

describe('the end of an operation', () => {
  it('is waited for, with its steps on standard error, and quicker while something moves', async () => {
    const later = runningOperation({
      steps: [{ name: 'tell_registry', status: 'running', startedAt: null, endedAt: null }],
    });
    site().fake.on('POST /start', { status: 202, body: runningOperation() });
    site().fake.on(
      OPERATION_PATH,
      ...Array(3).fill({ body: runningOperation() }),
      { body: later },
      { body: operationAnswer() },
    );
    const done = await site().run([...START, '--json']);
    expect([done.exitCode, done.json()]).toEqual([0, operationAnswer()]);
    expect(done.stderr.split('\n')).toEqual([
      'start: start machine 40 % (1 of 2)',
      'start: tell registry (1 of 1)',
      'start: succeeded',
      '',
    ]);
    const [first = 0, second = 0, third = 0, fourth = 0, fifth] = done.pausesMs;
    expect([first < second, second < third, third < fourth, fifth]).toEqual([true, true, true, first]);
  });

  it('is a line that moves at a terminal, and lines at one that tells no width', async () => {
    site().fake.on('POST /start', { status: 202, body: runningOperation() });
    site().fake.on(OPERATION_PATH, { body: operationAnswer() });
    const moving = await site().run(START, { typed: [] });
    expect([moving.exitCode, moving.stderr]).toEqual([
      0,
      expect.stringContaining('start: start machine 40 %'),
    ]);
    expect(moving.stderr).toContain('\u001b[');
    const still = await site().run(START, { typed: [], columns: 0 });
    expect(still.stderr).toBe('start: start machine 40 % (1 of 2)\nstart: succeeded\n');
  });

  it('is waited for through cut connections, 5xx and 429', async () => {
    site().fake.on('POST /start', { status: 202, body: runningOperation() });
    site().fake.on(
      OPERATION_PATH,
      'cut',
      { status: 500, body: apiError('internal_error', 'Oh.') },
      { status: 502, body: '<html>' },
      { status: 429, body: apiError('rate_limited', 'Slowly.') },
      { body: operationAnswer() },
    );
    const done = await site().run(START);
    expect(done.exitCode).toBe(0);
    expect(done.stderr).toContain('The operation goes on; asking again.');
  });

  it('is asked for again with the same key where the answer to the change was lost', async () => {
    site().fake.on(
      'POST /start',
      'cut',
      { status: 503, body: apiError('overloaded', 'Busy.') },
      { body: operationAnswer() },
    );
    expect((await site().run(START)).exitCode).toBe(0);
    const keys = site().fake.asked.map(({ headers }) => headers['idempotency-key']);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  });

  it.each([
    ['failed', { code: 'provider_error', message: 'No.' }, 'provider_error', /failed: No\./],
    [
      'stuck',
      { code: 'provider_timeout', message: 'Late.' },
      'provider_timeout',
      /is stuck: Late\.[\s\S]*ops retry/,
    ],
    ['superseded', null, 'operation_superseded', /was superseded/],
  ] as const)(
    'is 4 where it is %s, with the operation in the document',
    async (status, error, code, message) => {
      const ended = runningOperation({ status, error });
      site().fake.on('POST /start', { status: 202, body: runningOperation() });
      site().fake.on(OPERATION_PATH, { body: ended });
      const done = await site().run([...START, '--json']);
      expect(done.exitCode).toBe(4);
      expect(done.json()).toMatchObject({ error: { code }, operation: { id: OPERATION_ID, status } });
      expect(done.stderr).toMatch(message);
    },
  );

  it('is 4 where the change itself is answered with the provider’s failure', async () => {
    site().fake.on('POST /start', {
      status: 502,
      body: apiError('provider_error', 'No.', { operationId: OPERATION_ID }),
    });
    const done = await site().run([...START, '--json']);
    expect([done.exitCode, site().calls()]).toEqual([4, ['POST /start']]);
    expect(done.json()).toMatchObject({
      error: { code: 'provider_error', details: { operationId: OPERATION_ID } },
    });
  });

  it('is not waited for with --no-wait: 5, and how to watch it', async () => {
    site().fake.on('POST /start', { status: 202, body: runningOperation() });
    const done = await site().run([...START, '--no-wait', '--json']);
    expect([done.exitCode, done.json()]).toEqual([5, runningOperation()]);
    expect(site().last().headers.prefer).toBe('wait=0');
    expect(done.stderr).toContain(WATCH);
    expect(site().calls()).toEqual(['POST /start']);
  });

  it('is 5 where the wait is over, and what was asked for goes on at Ctrl-C', async () => {
    site().fake.on('POST /start', { status: 202, body: runningOperation() });
    site().fake.on(OPERATION_PATH, { body: runningOperation() });
    let nowMs = 0;
    const late = await site().run([...START, '--timeout', '2'], { now: () => (nowMs += 700) });
    expect([late.exitCode, late.stderr]).toEqual([5, expect.stringContaining(WATCH)]);

    const interruption = new AbortController();
    const ended = await site().run([...START, '--json'], {
      interruption: interruption.signal,
      onSleep: () => interruption.abort(),
    });
    expect([ended.exitCode, ended.json()]).toEqual([
      130,
      { error: { code: 'interrupted', message: 'Interrupted.' } },
    ]);
    expect(ended.stderr).toContain(`The operation goes on. To watch it: ${WATCH}`);
  });

  it('is waited for no longer than was said, also where a look is never answered', async () => {
    site().fake.on('POST /start', { status: 202, body: runningOperation() });
    site().fake.on(OPERATION_PATH, 'silence');
    const late = await site().run([...START, '--timeout', '1']);
    expect([late.exitCode, late.stderr]).toEqual([5, expect.stringContaining(WATCH)]);
  });

  it('ends the wait where the control plane refuses to tell of it', async () => {
    site().fake.on('POST /start', { status: 202, body: runningOperation() });
    site().fake.on(OPERATION_PATH, { status: 401, body: apiError('unauthorized', 'Give a valid key.') });
    expect((await site().run(START)).exitCode).toBe(3);
  });

  it('whose answer never came may have been taken: how to tell is said, of a provision with its key', async () => {
    site().fake.on('POST /start', 'cut');
    const start = await site().run(START);
    expect([start.exitCode, start.stderr]).toEqual([3, expect.stringContaining('kiloclaw ops list')]);

    site().fake.on('POST /provision', 'cut');
    const lost = await site().run(['instances', 'provision', ...OWNER]);
    const key = site().last().headers['idempotency-key'];
    expect([lost.exitCode, lost.stderr]).toEqual([3, expect.stringContaining(`--idempotency-key ${key}`)]);

    const interruption = new AbortController();
    const ended = await site().run(['instances', 'provision', ...OWNER], {
      interruption: interruption.signal,
      onSleep: () => interruption.abort(),
    });
    const itsKey = site().last().headers['idempotency-key'];
    expect([ended.exitCode, ended.stderr]).toEqual([
      130,
      expect.stringContaining(`--idempotency-key ${itsKey}`),
    ]);
  });

  it('of a provision is asked for under the same key until the instance is there', async () => {
    const making = { status: 202, body: runningOperation({ kind: 'provision' }) };
    site().fake.on('POST /provision', making, 'cut', making, { status: 201, body: statusView() });
    const done = await site().run(['instances', 'provision', ...OWNER, '--json']);
    expect([done.exitCode, done.json()]).toEqual([0, statusView()]);
    const asked = site().fake.asked.map(({ headers, body }) =>
      JSON.stringify([headers['idempotency-key'], body]),
    );
    expect([asked.length, new Set(asked).size]).toEqual([4, 1]);
  });

  it('of a provision that is not waited for is 5, and told with its key', async () => {
    site().fake.on('POST /provision', { status: 202, body: runningOperation({ kind: 'provision' }) });
    const done = await site().run([
      'instances',
      'provision',
      ...OWNER,
      '--no-wait',
      '--idempotency-key',
      'k1',
    ]);
    expect([done.exitCode, done.stderr]).toEqual([5, expect.stringContaining('--idempotency-key k1')]);
    site().fake.on('POST /provision', {
      status: 202,
      body: runningOperation({ kind: 'provision', status: 'stuck' }),
    });
    expect((await site().run(['instances', 'provision', ...OWNER])).exitCode).toBe(4);
  });

  it('of a deletion is asked for until it is finished', async () => {
    const pending = scrubAnswer({ isFinished: false, pendingCount: 2 });
    site().fake.on(
      'POST /scrub-person',
      { status: 202, body: pending },
      { status: 202, body: pending },
      { body: scrubAnswer() },
    );
    const done = await site().run(['person', 'delete', 'alice', '--yes', '--json']);
    expect([done.exitCode, done.json(), site().calls().length]).toEqual([0, scrubAnswer(), 3]);
    site().fake.on('POST /scrub-person', { status: 202, body: pending });
    expect((await site().run(['person', 'delete', 'alice', '--yes', '--no-wait'])).exitCode).toBe(5);
  });
});

describe('ops watch', () => {
  it('without an operation follows the one under way, else tells of the last one', async () => {
    const older = runningOperation({ kind: 'resize', id: OPERATION_ID });
    const state = operationAnswer({ kind: 'set_override', id: OTHER_INSTANCE_ID });
    site().fake.on('GET /operations', { body: { items: [state, older], nextCursor: null } });
    site().fake.on(OPERATION_PATH, { body: operationAnswer({ kind: 'resize' }) });
    const followed = await site().run(['ops', 'watch', INSTANCE_ID, ...OWNER, '--json']);
    expect(followed.json()).toMatchObject({ operation: { kind: 'resize', status: 'succeeded' } });
    site().fake.on('GET /operations', { body: { items: [state], nextCursor: null } });
    expect((await site().run(['ops', 'watch', INSTANCE_ID, ...OWNER])).stdout).toContain('Set override of');
    site().fake.on('GET /operations', { body: { items: [], nextCursor: null } });
    expect((await site().run(['ops', 'watch', INSTANCE_ID, ...OWNER])).exitCode).toBe(1);
  });
});
