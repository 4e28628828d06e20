import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installedPackageRoot } from './binaries.ts';
import {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
import { canEnter, isRoot } from './run-as.ts';

const TEST_TIMEOUT_MS = 90_000;
const FIXTURE = fileURLToPath(new URL('start-in-child.fixture.ts', import.meta.url));
const NOBODY = { uid: 65534, gid: 65534 };
const checkoutIsReachable =
  !isRoot() || (await canEnter(NOBODY, fileURLToPath(new URL('.', import.meta.url))));
/** Below `sharedRoot`: of the binaries, where the checkout lies below a folder that only root can enter. */
const COPIES = checkoutIsReachable ? [] : [await copyName()];

async function copyName(): Promise<string> {
  const text = await readFile(join(installedPackageRoot(), 'package.json'), 'utf8');
  return `postgres-${(JSON.parse(text) as { version: string }).version}-${process.arch}`;
}

let scratch: string;
let sharedRoot: string;
let running: EmbeddedPostgres[];
let children: ChildProcess[];
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'kiloclaw-embedded-'));
  await chmod(scratch, 0o755);
  // Beside the scratch folder: where the checkout can't be entered, the copy of the binaries lands here.
  sharedRoot = `${scratch}-shared`;
  running = [];
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const server of running) await server.stop();
  await rm(scratch, { recursive: true, force: true });
  await rm(sharedRoot, { recursive: true, force: true });
}, TEST_TIMEOUT_MS);

async function start(
  dataDir: string,
  options: { port?: number; durable?: boolean; log?: (line: string) => void } = {},
) {
  const server = await startEmbeddedPostgres({ dataDir, sharedRoot, durable: false, ...options });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    return [...(await client.unsafe(text))];
  } finally {
    await client.end();
  }
}

const store = (url: string) => query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
const expectStored = async (url: string) =>
  expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

/** What a start says of the copy that it uses. */
const copyLines = () =>
  COPIES.map((name) => `Postgres runs from the copy in ${join(sharedRoot, name, 'native/bin')}.`);

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** Starts it in a process of its own, as somebody. */
async function startInChild(dataDir: string, identity: { uid: number; gid: number } | null = null) {
  const child = spawn(process.execPath, [FIXTURE, dataDir, sharedRoot], {
    ...identity,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, ...(JSON.parse(line) as { url: string; pid: number }) };
  }
  throw new Error(`the child did not start: ${stderr}`);
}

async function endChild(child: ChildProcess): Promise<number | null> {
  const exited = once(child, 'exit');
  child.stdin?.end();
  return (await exited)[0];
}

const isAlive = async (pid: number) => (await stat(`/proc/${pid}/exe`).catch(() => null)) !== null;

describe('startEmbeddedPostgres', { timeout: TEST_TIMEOUT_MS }, () => {
  test('keeps its data over stop and start, and its password', async () => {
    const first = await start(scratch, { durable: true });
    await store(first.url);
    expect(await query(first.url, `SELECT current_setting('fsync') AS fsync`)).toEqual([{ fsync: 'on' }]);
    await first.stop();
    await first.stop();
    expect(await isAlive(first.pid)).toBe(false);
    const second = await start(scratch);
    await expectStored(second.url);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  test('runs without privileges, on 127.0.0.1 alone, behind a password, without a unix socket', async () => {
    const server = await start(scratch);
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    const uid = isRoot() ? '65534' : String(process.getuid?.());
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe(uid);
    if (isRoot()) expect(/^Groups:[ \t]*(.*)$/m.exec(status)?.[1]).toBe('');
    expect(await query(server.url, 'SHOW dynamic_shared_memory_type')).toEqual([
      { dynamic_shared_memory_type: 'mmap' },
    ]);
    const settings = await query(
      server.url,
      `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories', 'password_encryption') ORDER BY name`,
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['127.0.0.1', 'scram-sha-256', '']);
    const methods = await query(server.url, 'SELECT DISTINCT auth_method FROM pg_hba_file_rules');
    expect(methods).toEqual([{ auth_method: 'scram-sha-256' }]);
    const wrong = Object.assign(new URL(server.url), { password: 'wrong' }).href;
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const passwordFile = await stat(join(scratch, 'superuser-password'));
    expect(passwordFile.mode & 0o777).toBe(0o600);
    expect((await stat(join(scratch, 'cluster'))).mode & 0o777).toBe(0o700);
    const environment = await readFile(`/proc/${server.pid}/environ`, 'utf8').catch(() => '');
    expect(environment).not.toContain('HOME=');
  });

  test('its log holds neither values nor statements', async () => {
    const server = await start(scratch);
    await query(server.url, `CREATE TABLE people (email text UNIQUE, CHECK (email <> 'carol@example.com'))`);
    await query(server.url, `INSERT INTO people VALUES ('alice@example.com')`);
    for (const email of ['alice@example.com', 'carol@example.com']) {
      await expect(query(server.url, `INSERT INTO people VALUES ('${email}')`)).rejects.toThrow();
    }
    const log = await readFile(join(scratch, 'postgres.log'), 'utf8');
    expect(log).toContain('people_email_key');
    expect(log).not.toContain('example.com');
  });

  test('starts after its postmaster was killed, with every row', async () => {
    const first = await start(scratch, { durable: true });
    await store(first.url);
    const busy = errorOf(query(first.url, 'SELECT pg_sleep(30)'));
    process.kill(first.pid, 'SIGKILL');
    await busy;
    const second = await start(scratch);
    await expectStored(second.url);
  });

  test('waits for backends that outlive their killed postmaster', async () => {
    const first = await start(scratch, { durable: true });
    await store(first.url);
    const backends = await readFile(`/proc/${first.pid}/task/${first.pid}/children`, 'utf8');
    const backend = Number.parseInt(backends, 10);
    process.kill(backend, 'SIGSTOP');
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => isAlive(first.pid)).toBe(false);
    const starting = start(scratch);
    const log = join(scratch, 'postgres.log');
    await expect
      .poll(() => readFile(log, 'utf8'), { timeout: 10_000 })
      .toMatch(/pre-existing shared memory block|lock file/);
    process.kill(backend, 'SIGCONT');
    await expectStored((await starting).url);
  });

  test('stops a server whose launcher was killed, and starts anew', async () => {
    const orphan = await startInChild(scratch);
    await store(orphan.url);
    orphan.child.kill('SIGKILL');
    await once(orphan.child, 'exit');
    expect(await isAlive(orphan.pid)).toBe(true);
    const lines: string[] = [];
    const server = await start(scratch, { log: (line) => lines.push(line) });
    expect(lines).toEqual([
      `A Postgres that an earlier run left behind (process ${orphan.pid}) is stopped.`,
      ...copyLines(),
    ]);
    expect(await isAlive(orphan.pid)).toBe(false);
    await expectStored(server.url);
  });

  test('finds the orphan of a data folder that was moved meanwhile', async () => {
    const orphan = await startInChild(join(scratch, 'before'));
    await store(orphan.url);
    orphan.child.kill('SIGKILL');
    await once(orphan.child, 'exit');
    await rename(join(scratch, 'before'), join(scratch, 'after'));
    await expectStored((await start(join(scratch, 'after'))).url);
    expect(await isAlive(orphan.pid)).toBe(false);
  });

  test('refuses a data folder that a running process holds, and leaves that one alone', async () => {
    const first = await startInChild(scratch);
    const error = await errorOf(start(scratch));
    expect(error).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(error)).toContain('is in use by another running process');
    await store(first.url);
    expect(await endChild(first.child)).toBe(0);
    await expectStored((await start(scratch)).url);
  });

  test('is not fooled by a postmaster.pid whose process id is another program', async () => {
    const first = await start(scratch);
    await store(first.url);
    await first.stop();
    const stranger = spawn('sleep', ['60'], { ...(isRoot() ? NOBODY : {}), stdio: 'ignore' });
    children.push(stranger);
    const pidFile = join(scratch, 'cluster', 'postmaster.pid');
    await writeFile(pidFile, `${stranger.pid}\n${join(scratch, 'cluster')}\n`);
    if (isRoot()) await chown(pidFile, NOBODY.uid, NOBODY.gid);
    await expectStored((await start(scratch)).url);
    expect(stranger.exitCode).toBeNull();
  });

  test('recovers from a first start that was cut off while it made the cluster', async () => {
    await mkdir(join(scratch, 'cluster.partial/base'), { recursive: true });
    await writeFile(join(scratch, 'initdb-password'), 'old');
    await start(scratch);
    expect((await readdir(scratch)).toSorted()).toEqual(['cluster', 'postgres.log', 'superuser-password']);
  });

  test('takes a path with spaces and shell characters', async () => {
    const dataDir = join(scratch, 'with a space', `$HOME "quoted" 'single'`);
    const first = await start(dataDir);
    await store(first.url);
    await first.stop();
    await expectStored((await start(dataDir)).url);
  });

  test('a port that is taken is named; a free one is kept', async () => {
    const blocker = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await errorOf(start(scratch, { port }));
    expect(error).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(error)).toContain(`Port ${port} on 127.0.0.1 is taken`);
    blocker.close();
    await once(blocker, 'close');
    expect((await start(scratch, { port })).port).toBe(port);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  });

  test('says what to do about a lost password, another version, and a folder that is no cluster', async () => {
    const first = await start(scratch);
    await first.stop();
    const passwordFile = join(scratch, 'superuser-password');
    const password = await readFile(passwordFile, 'utf8');
    await rm(passwordFile);
    expect(String(await errorOf(start(scratch)))).toMatch(
      /password file .* can't be read \(ENOENT\): restore it/,
    );
    await writeFile(passwordFile, 'another-password', { mode: 0o600 });
    const error = await errorOf(start(scratch));
    expect(String(error)).toContain('refuses the password kept beside it');
    expect(String(error)).not.toContain('another-password');
    await writeFile(passwordFile, password);
    await writeFile(join(scratch, 'cluster/PG_VERSION'), '12\n');
    expect(String(await errorOf(start(scratch)))).toContain('was made by Postgres 12');
    await rm(join(scratch, 'cluster/PG_VERSION'));
    expect(String(await errorOf(start(scratch)))).toContain('holds no readable Postgres cluster');
    await writeFile(join(scratch, 'cluster/PG_VERSION'), '18\n');
    await writeFile(join(scratch, 'cluster/postgresql.conf'), 'nonsense = yes\n');
    expect(String(await errorOf(start(scratch)))).toMatch(/does not start \(.*FATAL.*\): its log is/);
  });
});

describe('removeEmbeddedPostgres', { timeout: TEST_TIMEOUT_MS }, () => {
  test('stops an orphan and removes the folder; nothing there is no error', async () => {
    const dataDir = join(scratch, 'data');
    const orphan = await startInChild(dataDir);
    orphan.child.kill('SIGKILL');
    await once(orphan.child, 'exit');
    await removeEmbeddedPostgres(dataDir, { sharedRoot });
    await removeEmbeddedPostgres(dataDir, { sharedRoot });
    expect(await isAlive(orphan.pid)).toBe(false);
    expect(await readdir(scratch)).toEqual([]);
  });

  test('refuses while the database is in use', async () => {
    const server = await start(scratch);
    expect(String(await errorOf(removeEmbeddedPostgres(scratch, { sharedRoot })))).toContain('is in use');
    await store(server.url);
  });

  test('never follows a pointer out of the folder for databases', async () => {
    const precious = join(scratch, 'precious');
    await mkdir(precious);
    await mkdir(join(scratch, 'data'));
    await writeFile(join(scratch, 'data/moved-to'), `${precious}\n`);
    const error = await errorOf(removeEmbeddedPostgres(join(scratch, 'data'), { sharedRoot }));
    expect(error).toBeInstanceOf(EmbeddedPostgresError);
    expect(await readdir(scratch)).toEqual(['data', 'precious']);
  });
});

describe.skipIf(!isRoot())('as root', { timeout: TEST_TIMEOUT_MS }, () => {
  test('a data folder below a root-only folder: the cluster is kept where it can be reached, and found again', async () => {
    const dataDir = join(scratch, 'private/data');
    await mkdir(join(scratch, 'private'), { mode: 0o700 });
    const lines: string[] = [];
    const first = await start(dataDir, { log: (line) => lines.push(line) });
    await store(first.url);
    const home = (await readFile(join(dataDir, 'moved-to'), 'utf8')).trim();
    expect(home.startsWith(`${sharedRoot}/cluster-`)).toBe(true);
    expect(lines).toEqual([
      `The database of ${dataDir} is kept in ${home}, where an unprivileged user can reach it.`,
      ...copyLines(),
    ]);
    expect((await stat(join(home, 'superuser-password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(scratch, 'private'))).mode & 0o777).toBe(0o700);
    await first.stop();
    const second = await start(dataDir);
    await expectStored(second.url);
    await second.stop();

    await rename(home, `${home}-away`);
    expect(String(await errorOf(start(dataDir)))).toContain('which is gone: restore that folder');
    await rename(`${home}-away`, home);
    await removeEmbeddedPostgres(dataDir, { sharedRoot });
    expect(await readdir(sharedRoot)).toEqual(COPIES);
    expect(await readdir(join(scratch, 'private'))).toEqual([]);
  });

  test('a database whose folder became root-only later: says how to make it reachable', async () => {
    const dataDir = join(scratch, 'public/data');
    await (await start(dataDir)).stop();
    await chmod(join(scratch, 'public'), 0o700);
    expect(String(await errorOf(start(dataDir)))).toContain("can't reach the database folder");
    await chmod(join(scratch, 'public'), 0o755);
    await start(dataDir);
  });

  test.skipIf(!checkoutIsReachable)(
    'an ordinary user starts, restarts and recovers it as oneself',
    async () => {
      const dataDir = join(scratch, 'theirs');
      await mkdir(dataDir);
      await chown(dataDir, 1000, 1000);
      const ordinary = { uid: 1000, gid: 1000 };
      const first = await startInChild(dataDir, ordinary);
      await store(first.url);
      expect((await stat(join(dataDir, 'cluster'))).uid).toBe(1000);
      expect((await stat(`/proc/${first.pid}`)).uid).toBe(1000);
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      const second = await startInChild(dataDir, ordinary);
      await expectStored(second.url);
      expect(await endChild(second.child)).toBe(0);

      // Root takes over: the server goes on as the owner of the files, so that both can start it.
      const third = await start(dataDir);
      await expectStored(third.url);
      expect((await stat(`/proc/${third.pid}`)).uid).toBe(1000);
      await third.stop();
      const fourth = await startInChild(dataDir, ordinary);
      expect(await endChild(fourth.child)).toBe(0);
    },
  );

  test.skipIf(!checkoutIsReachable)(
    "an ordinary user is told that the database is another user's",
    async () => {
      await (await start(join(scratch, 'roots'))).stop();
      await expect(startInChild(join(scratch, 'roots'), { uid: 1000, gid: 1000 })).rejects.toThrow(
        'belongs to user id 65534: start as that user or as root',
      );
    },
  );
});
