import { access, chmod, constants, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@kiloclaw/db/embedded';
import type { DriftKind } from '@kiloclaw/platform-contract';
import { afterEach, describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from './flags.ts';
import { demoTargets, untilDemoIsSeeded } from './testing/demo-fleet.ts';
import { debugView, flyResources } from './testing/fleet.ts';
import { createFlyControl } from './testing/fly-control.ts';
import {
  type Identity,
  makeStackFolder,
  type StackFolder,
  type StackLaunch,
  StackProcess,
} from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const NOBODY: Identity = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

const CLOSED_CHECKOUT = 'an ordinary user can not enter this checkout';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}, MINUTE_MS);

async function stackFolder(owner?: Identity): Promise<StackFolder> {
  const folder = await makeStackFolder(owner);
  cleanups.push(() => folder.remove());
  return folder;
}

function launch(options: StackLaunch): StackProcess {
  const stack = new StackProcess(options);
  cleanups.push(() => stack.killEverything());
  return stack;
}

/** Starts what must refuse to start, and answers the one sentence it ends with. */
async function refusal(options: StackLaunch): Promise<string> {
  const stack = launch(options);
  expect(await stack.exit()).toBe(1);
  expect(await stack.processes()).toEqual([]);
  return stack.output.trim().split('\n').at(-1) ?? '';
}

/** Whether every folder on the way to this one, and it itself, lets others pass. */
async function othersCanEnter(folder: string): Promise<boolean> {
  const parts = folder.split('/').map((_, index, all) => all.slice(0, index + 1).join('/') || '/');
  const modes = await Promise.all(parts.map(async (path) => (await stat(path)).mode));
  return modes.every((mode) => (mode & constants.S_IXOTH) !== 0);
}

async function postmasterOf(folder: StackFolder): Promise<number> {
  const pidFile = await readFile(join(folder.dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
  return Number.parseInt(pidFile, 10);
}

const running = { status: 'running', provider: 'fly', drift: [] } as const;
const performance = (cpus: number, memory_mb: number) => ({ cpus, memory_mb, cpu_kind: 'performance' });

/** What debug-status says of each demo instance, by its user. */
const CONDITIONS: Readonly<Record<string, object>> = {
  alice: { ...running, instanceType: 'perf-1-3', machineSize: performance(1, 3072), volumeSizeGb: 10 },
  bob: { status: 'stopped', instanceType: 'perf-4-8', machineSize: performance(4, 8192), volumeSizeGb: 20 },
  // No engine answers here.
  carol: { ...running, instanceType: 'perf-1-3' },
  erin: { ...running, instanceType: 'perf-4-16', machineSize: performance(4, 16_384), volumeSizeGb: 40 },
  grace: { ...running, instanceType: 'custom', machineSize: performance(2, 6144), volumeSizeGb: 30 },
  niaj: { status: 'destroyed' },
  heidi: {
    ...running,
    instanceType: 'perf-1-3',
    sizeOverride: { preset: 'perf-4-16', expiresAt: expect.any(String) },
    applied: { given: performance(4, 16_384), source: 'override' },
    pendingRestart: false,
    whyThisSize: { overridePhase: 'active' },
  },
  ivan: {
    ...running,
    instanceType: 'perf-1-3',
    sizeOverride: { preset: 'perf-4-8' },
    applied: { given: performance(1, 3072), source: 'tier' },
    pendingRestart: true,
  },
  judy: {
    status: 'running',
    instanceType: 'perf-1-3',
    volumeSizeGb: 15,
    drift: [{ kind: 'volume_above_tier' }],
  },
  mike: {
    status: 'running',
    instanceType: 'perf-1-3',
    machineSize: performance(1, 3072),
    drift: [{ kind: 'size_differs' }],
  },
  frank: {
    ...running,
    instanceType: 'shared-2-4',
    machineSize: { ...performance(2, 4096), cpu_kind: 'shared' },
  },
  olivia: { ...running, instanceType: null, machineSize: null, whyThisSize: { decides: 'unknown' } },
};

describe('npm start', () => {
  it(
    'comes up with a demo fleet, leaves no process behind on Ctrl-C, and finds everything again',
    async () => {
      const folder = await stackFolder();
      const first = launch({ folder, args: ['--port', '0'] });
      const { endpoints, client } = await first.ready();
      expect((await fetch(`${endpoints.apiUrl}/healthz`)).status).toBe(200);
      await untilDemoIsSeeded(first);
      const demo = await demoTargets(folder);
      const before = await Promise.all(demo.map((target) => debugView(client, target)));
      expect(before.map(({ userId }) => userId)).toEqual(Object.keys(CONDITIONS));
      for (const view of before) expect(view, view.userId).toMatchObject(CONDITIONS[view.userId] ?? {});
      const { body: lent } = await client.call('instances', { hasOverride: 'true' });
      expect(lent.items.map(({ userId }) => userId).sort()).toEqual(['heidi', 'ivan']);
      const drifted = async (drift: DriftKind) =>
        (await client.call('instances', { drift })).body.items.map(({ userId }) => userId);
      expect([await drifted('volume_above_tier'), await drifted('size_differs')]).toEqual([
        ['judy'],
        ['mike'],
      ]);
      const { body: closed } = await client.call('instances', { status: 'destroyed' });
      expect(closed.items.map(({ userId }) => userId)).toEqual(['niaj']);
      for (const secret of ['secrets.json', 'internal-api-key', 'endpoints.json']) {
        expect((await stat(join(folder.dataDir, secret))).mode & 0o777).toBe(0o600);
      }

      expect((await first.processes()).length).toBeGreaterThan(2);
      expect(await first.interrupt()).toBe(0);
      expect(await first.processes()).toEqual([]);

      const second = launch({ folder, args: ['--port', '0'] });
      const again = await second.ready();
      expect(await demoTargets(folder)).toEqual(demo);
      const after = await Promise.all(demo.map((target) => debugView(again.client, target)));
      expect(
        after.map(({ instanceId, status, providerState }) => ({ instanceId, status, providerState })),
      ).toEqual(
        before.map(({ instanceId, status, providerState }) => ({ instanceId, status, providerState })),
      );
      expect(await second.interrupt()).toBe(0);
      // The demo fleet is made once, whatever has become of it.
      expect(second.output).not.toContain('Demo instance of');
    },
    3 * MINUTE_MS,
  );

  it(
    'goes on with a demo fleet that was cut short, and makes nothing twice',
    async () => {
      const folder = await stackFolder();
      const first = launch({ folder, args: ['--port', '0'] });
      await expect.poll(() => first.output, { timeout: MINUTE_MS }).toMatch(/^Demo instance of (?!niaj)/m);
      await first.killEverything();
      const begun = await demoTargets(folder);
      const second = launch({ folder, args: ['--port', '0'] });
      const { endpoints, client } = await second.ready();
      await untilDemoIsSeeded(second);
      expect(await demoTargets(folder)).toEqual(begun);
      const living = begun.filter(({ userId }) => userId !== 'niaj');
      const { machines, volumes } = await createFlyControl(endpoints.flySimulator?.controlUrl ?? '').state();
      const apps = await Promise.all(
        living.map(async (target) => (await flyResources(client, target)).appName),
      );
      const isLeft = ({ state }: { state: string }) => !state.includes('destroy');
      expect(
        machines
          .filter(isLeft)
          .map(({ app }) => app)
          .sort(),
      ).toEqual(apps.toSorted());
      expect(
        volumes
          .filter(isLeft)
          .map(({ app }) => app)
          .sort(),
      ).toEqual(apps.toSorted());
    },
    3 * MINUTE_MS,
  );

  it(
    'goes on when workerd alone is killed, and takes over what a killed launcher left running',
    async () => {
      const folder = await stackFolder();
      const first = launch({ folder });
      const { endpoints } = await first.ready();
      const commandOf = async (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const runtimeOf = async (stack: StackProcess) => {
        for (const pid of await stack.processes())
          if (/^[^\0]*workerd\0/.test(await commandOf(pid))) return pid;
        return null;
      };
      const runtime = await runtimeOf(first);
      expect(runtime).not.toBeNull();
      process.kill(runtime ?? 0, 'SIGKILL');
      await expect.poll(() => first.output, { timeout: MINUTE_MS }).toContain('workerd ended by itself');
      expect((await fetch(`${endpoints.apiUrl}/readyz`)).status).toBe(200);

      const orphan = await runtimeOf(first);
      process.kill(first.pid, 'SIGKILL');
      await first.exit();
      expect(await commandOf(orphan ?? 0)).toContain('workerd');
      const second = launch({ folder });
      await second.ready();
      expect(await commandOf(orphan ?? 0)).toBe('');
      expect(second.output).toContain('A workerd that an earlier run left behind was ended.');
    },
    2 * MINUTE_MS,
  );

  it(
    'ends with a sentence when its Postgres dies',
    async () => {
      const folder = await stackFolder();
      const stack = launch({ folder });
      await stack.ready();
      process.kill(await postmasterOf(folder), 'SIGKILL');
      expect(await stack.exit()).toBe(1);
      expect(stack.output).toContain('Postgres ended by itself');
      expect(await stack.processes()).toEqual([]);
    },
    MINUTE_MS,
  );

  it(
    'is undone by a Ctrl-C in the middle of its start',
    async () => {
      const folder = await stackFolder();
      const stack = launch({ folder });
      await expect
        .poll(
          () =>
            access(join(folder.dataDir, 'secrets.json')).then(
              () => true,
              () => false,
            ),
          { interval: 10, timeout: MINUTE_MS },
        )
        .toBe(true);
      expect(await stack.interrupt()).toBe(0);
      expect(await stack.processes()).toEqual([]);
      expect(stack.output).not.toContain('KiloClaw is ready');
    },
    MINUTE_MS,
  );

  it(
    'is ended at once by a second Ctrl-C, when a part does not end',
    async () => {
      const folder = await stackFolder();
      const stack = launch({ folder });
      await stack.ready();
      const postmaster = await postmasterOf(folder);
      process.kill(postmaster, 'SIGSTOP');
      stack.pressCtrlC();
      await expect.poll(() => stack.output).toContain('Press Ctrl-C again to force it.');
      // Sooner, it would be taken for the same press, handed on twice.
      await delay(700);
      expect(await stack.interrupt()).toBe(130);
      process.kill(postmaster, 'SIGCONT');
      expect(await launch({ folder }).ready()).toBeDefined();
    },
    MINUTE_MS,
  );

  it(
    'forgets everything on --reset, and nothing that is not its own',
    async () => {
      const folder = await stackFolder();
      const first = launch({ folder });
      const { apiKey } = await first.ready();
      await first.interrupt();
      await writeFile(join(folder.dataDir, 'notes.txt'), 'mine');
      const second = launch({ folder, args: ['--no-demo', '--port', '0', '--reset'] });
      expect((await second.ready()).apiKey).not.toBe(apiKey);
      expect(await readFile(join(folder.dataDir, 'notes.txt'), 'utf8')).toBe('mine');
    },
    2 * MINUTE_MS,
  );

  it.skipIf(!isRoot)(
    'runs as an ordinary user',
    async ({ skip }) => {
      skip(!(await othersCanEnter(REPOSITORY_ROOT)), CLOSED_CHECKOUT);
      const folder = await stackFolder(NOBODY);
      const stack = launch({ folder, identity: NOBODY, args: ['--port', '0'] });
      const { client } = await stack.ready();
      await untilDemoIsSeeded(stack);
      const [alice] = await demoTargets(folder);
      expect(alice && (await debugView(client, alice)).status).toBe('running');
      expect(await stack.interrupt()).toBe(0);
      expect(await stack.processes()).toEqual([]);
    },
    2 * MINUTE_MS,
  );
});

describe('npm start refuses, with one sentence that says what to do', () => {
  it(
    'a data folder that another one uses',
    async () => {
      const folder = await stackFolder();
      const first = launch({ folder });
      const { endpoints } = await first.ready();
      const sentence = await refusal({ folder });
      expect(sentence).toContain(
        `KiloClaw already runs on the data folder ${folder.dataDir} (process ${first.pid}`,
      );
      expect((await fetch(`${endpoints.apiUrl}/readyz`)).status).toBe(200);
    },
    2 * MINUTE_MS,
  );

  it("a folder that holds somebody's other things", async () => {
    const folder = await stackFolder();
    await mkdir(folder.dataDir);
    await writeFile(join(folder.dataDir, 'notes.txt'), 'mine');
    expect(await refusal({ folder })).toContain('holds other things and no KiloClaw data');
  });

  it(
    'a port that is taken',
    async () => {
      const folder = await stackFolder();
      const server = createServer().listen(0, '127.0.0.1');
      cleanups.push(async () => server.close());
      await new Promise((resolve) => server.once('listening', resolve));
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const sentence = await refusal({ folder, args: ['--no-demo', '--port', String(port)] });
      expect(sentence).toContain(`Port ${port} on 127.0.0.1 is taken`);
    },
    MINUTE_MS,
  );

  it(
    'a data folder that it may not write to',
    async ({ skip }) => {
      // Nothing is closed to root: an ordinary user has to try, and to get as far as our source.
      skip(isRoot && !(await othersCanEnter(REPOSITORY_ROOT)), CLOSED_CHECKOUT);
      const folder = await stackFolder();
      await chmod(folder.home, 0o555);
      cleanups.push(() => chmod(folder.home, 0o755));
      const identity = isRoot ? { identity: NOBODY } : {};
      expect(await refusal({ folder, ...identity })).toMatch(/can't be used \(EACCES\)/);
    },
    MINUTE_MS,
  );

  it(
    'a DATABASE_URL that is none, that nobody answers, or whose password is wrong, without repeating it',
    async () => {
      const folder = await stackFolder();
      const withUrl = (url: string) => refusal({ folder, env: { DATABASE_URL: url } });
      expect(await withUrl('no address at all')).toContain('DATABASE_URL is no Postgres address');
      expect(await withUrl('postgres://u:hunter2hunter2@127.0.0.1:1/db')).toBe(
        "The database at 127.0.0.1:1/db, which DATABASE_URL names, can't be reached (ECONNREFUSED): start it, correct DATABASE_URL, or unset it.",
      );
      const postgres = await startEmbeddedPostgres({
        dataDir: join(folder.home, 'registry'),
        durable: false,
      });
      cleanups.push(() => postgres.stop());
      const sentence = await withUrl(postgres.url.replace(/:[^:@]*@/, ':hunter2hunter2@'));
      expect(sentence).toContain('refuses the user or the password');
      expect(sentence).not.toContain('hunter2');
    },
    MINUTE_MS,
  );

  it(
    'a setting that is wrong, by its name',
    async () => {
      const folder = await stackFolder();
      const sentence = await refusal({ folder, env: { KILOCLAW_INTERNAL_API_KEY: 'too-short' } });
      expect(sentence).toContain('KILOCLAW_INTERNAL_API_KEY');
      expect(sentence).not.toContain('too-short');
    },
    MINUTE_MS,
  );

  it('a flag that it does not know', async () => {
    const folder = await stackFolder();
    expect(await refusal({ folder, args: ['--demo-please'] })).toContain("Unknown option '--demo-please'");
  });
});
