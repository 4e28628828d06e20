import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { repositoryRoot } from './repository-root.ts';
import { writeTree } from './testing/temp-tree.ts';

const WAIT = { timeout: 20_000, interval: 20 };
/** A process id beyond every system's highest. */
const DEAD_PID = 2 ** 30;

/**
 * Stands in for npm: notes its call and its settings in the checkout, empties and fills node_modules as
 * `npm ci` does, and fails or dawdles on request.
 */
const FAKE_NPM = `
  import { appendFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
  appendFileSync('npm-cache', (process.env.npm_config_cache ?? '') + '\\n');
  if (process.env.FAKE_NPM === 'fail') {
    console.error('the registry is away');
    process.exit(7);
  }
  rmSync('node_modules', { recursive: true, force: true });
  await sleep(300);
  mkdirSync('node_modules/.bin', { recursive: true });
  symlinkSync(process.execPath, 'node_modules/.bin/node');
`;

const PRINTING_ENTRY = `
  const words: string[] = process.argv.slice(2);
  console.log('ran', JSON.stringify(words), process.env.PATH?.split(':')[0]);
  process.exitCode = Number(words[0] ?? 0);
`;

function checkout(files: Record<string, string> = {}): string {
  const root = writeTree({
    'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/zod': { version: '1.0.0' } } }),
    'entry.ts': PRINTING_ENTRY,
    'fake/npm-cli.js': FAKE_NPM,
    'fake/package.json': '{"type":"module"}',
    ...files,
  });
  mkdirSync(join(root, 'tools'));
  copyFileSync(join(repositoryRoot, 'tools/bootstrap.mjs'), join(root, 'tools/bootstrap.mjs'));
  cpSync(join(repositoryRoot, 'tools/bootstrap'), join(root, 'tools/bootstrap'), { recursive: true });
  return root;
}

function installedCheckout(files: Record<string, string> = {}): string {
  const lock = JSON.stringify({ packages: { 'node_modules/zod': { version: '1.0.0' } } });
  const root = checkout({ 'node_modules/.package-lock.json': lock, ...files });
  mkdirSync(join(root, 'node_modules/.bin'));
  symlinkSync(process.execPath, join(root, 'node_modules/.bin/node'));
  return root;
}

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

function start(
  root: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(root, 'tools/bootstrap.mjs'), 'entry.ts', ...args], {
    env: {
      ...process.env,
      npm_execpath: join(root, 'fake/npm-cli.js'),
      npm_node_execpath: join(root, 'fake/node'),
      npm_config_cache: join(root, 'npm-cache-folder'),
      ...env,
    },
    // A session of its own has no terminal, whether these tests are run from one or not.
    detached: true,
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  if (!existsSync(join(root, 'fake/node'))) symlinkSync(process.execPath, join(root, 'fake/node'));
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    texts.stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, ...texts }));
  });
  return { child, ended };
}

const run = (root: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) => start(root, args, env).ended;

function npmCalls(root: string): string[] {
  const file = join(root, 'npm-calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

describe('installing', () => {
  it('installs once, quietly, and not again until the lockfile changes', async () => {
    const root = checkout();
    expect(await run(root)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Installing dependencies.*\n$/),
    });
    expect(await run(root)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(npmCalls(root)).toEqual([expect.stringContaining('ci --strict-allow-scripts')]);
    writeFileSync(join(root, 'package-lock.json'), '{"packages":{"":{}}}');
    await run(root);
    expect(npmCalls(root)).toHaveLength(2);
  });

  it('takes a node_modules that npm ci has filled from this lockfile by hand', async () => {
    const root = installedCheckout();
    expect(await run(root)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(npmCalls(root)).toEqual([]);
  });

  it('replaces a node_modules that npm has filled from another lockfile', async () => {
    const other = JSON.stringify({ packages: { 'node_modules/zod': { version: '0.9.0' } } });
    const root = checkout({ 'node_modules/.package-lock.json': other });
    await run(root);
    expect(npmCalls(root)).toHaveLength(1);
  });

  it('shows what npm said when it fails, and tries again the next time', async () => {
    const root = checkout();
    const { exitCode, stderr, stdout } = await run(root, [], { FAKE_NPM: 'fail' });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('the registry is away');
    expect(stderr).toContain('npm ci ended with 7');
    expect(await run(root)).toMatchObject({ exitCode: 0 });
  });

  it('installs once when started twice at the same time', async () => {
    const root = checkout();
    const results = await Promise.all([run(root), run(root), run(root)]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(npmCalls(root)).toHaveLength(1);
  });

  it('takes over the lock of a process that died, once among several', async () => {
    const root = checkout({ '.cache/install.lock': `${DEAD_PID} ${DEAD_PID - 1}` });
    const results = await Promise.all([run(root), run(root), run(root)]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(npmCalls(root)).toHaveLength(1);
    expect(existsSync(join(root, '.cache/install.lock'))).toBe(false);
  });

  it('waits while npm runs on after the process that started it', async () => {
    const root = checkout({ '.cache/install.lock': `${DEAD_PID} ${process.pid}` });
    const { child, ended } = start(root, []);
    const heard: string[] = [];
    child.stderr?.on('data', (text) => heard.push(text));
    await vi.waitUntil(() => heard.join('').includes('Waiting for another install'), WAIT);
    expect(npmCalls(root)).toEqual([]);
    writeFileSync(join(root, '.cache/install.lock'), String(DEAD_PID));
    expect(await ended).toMatchObject({ exitCode: 0 });
  });

  it("uses a cache of the checkout's own where npm's can't be written", async () => {
    const root = checkout({ 'not-a-folder': '' });
    await run(root, [], { npm_config_cache: join(root, 'not-a-folder/cache') });
    expect(readFileSync(join(root, 'npm-cache'), 'utf8').trim()).toBe(join(root, '.cache/npm'));
  });

  it.skipIf(process.getuid?.() === 0)('says in one sentence that it may not write', async () => {
    const root = checkout();
    chmodSync(root, 0o555);
    onTestFinished(() => chmodSync(root, 0o755));
    const { exitCode, stderr } = await run(root);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^Dependencies must be installed, but this user can't write to .*\n$/);
  });
});

describe('running', () => {
  it('hands on arguments, exit code and a PATH with our binaries first', async () => {
    const root = installedCheckout();
    const { exitCode, stdout } = await run(root, ['3', '--port', '4 400']);
    expect(exitCode).toBe(3);
    expect(stdout).toBe(`ran ["3","--port","4 400"] ${join(root, 'node_modules/.bin')}\n`);
  });

  it('needs no pinned Node where the system has one that runs TypeScript', async () => {
    const lock = JSON.stringify({ packages: { 'node_modules/zod': { version: '1.0.0' } } });
    const root = checkout({ 'node_modules/.package-lock.json': lock });
    expect(await run(root)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('ran []') });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('hands %s to the entry once, and waits for it', async (signal) => {
    const entry = `
      let heard: number = 0;
      process.on('${signal}', () => {
        heard += 1;
        if (heard === 1) setTimeout(() => { console.log('heard', heard); process.exit(5); }, 400);
      });
      setInterval(() => {}, 1000);
      console.log('ready');
    `;
    const { child, ended } = start(installedCheckout({ 'entry.ts': entry }), []);
    const seen: string[] = [];
    child.stdout?.on('data', (text) => seen.push(text));
    await vi.waitUntil(() => seen.join('').includes('ready'), WAIT);
    child.kill(signal);
    // As npm does: it repeats a signal that we have had already.
    await sleep(100);
    child.kill(signal);
    expect(await ended).toMatchObject({ exitCode: 5, stdout: 'ready\nheard 1\n' });
  });

  it("ends the entry when npm's shell is ended, which tells nobody", async () => {
    const entry = `
      process.on('SIGTERM', () => { console.log('stopped'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('ready');
    `;
    const root = installedCheckout({ 'entry.ts': entry });
    const script = '"$0" tools/bootstrap.mjs entry.ts; exit $?';
    const shell = spawn('sh', ['-c', script, process.execPath], {
      cwd: root,
      env: { ...process.env, npm_lifecycle_event: 'start' },
    });
    const seen: string[] = [];
    shell.stdout.setEncoding('utf8').on('data', (text) => seen.push(text));
    await vi.waitUntil(() => seen.join('').includes('ready'), WAIT);
    shell.kill('SIGTERM');
    await vi.waitUntil(() => seen.join('').includes('stopped'), WAIT);
  });

  it('reports an entry that died of a signal as a shell would', async () => {
    const root = installedCheckout({ 'entry.ts': "process.kill(process.pid, 'SIGKILL');" });
    expect(await run(root)).toMatchObject({ exitCode: 137 });
  });
});
