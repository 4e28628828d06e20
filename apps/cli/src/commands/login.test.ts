import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiError, PROVIDERS } from '../testing/answers.ts';
import { API_KEY, type RunOptions, run as runCli } from '../testing/run.ts';
import { useControlPlane } from '../testing/with-control-plane.ts';

const site = useControlPlane();
let homeDir: string;
const run = (args: readonly string[], options: RunOptions = {}) => runCli(args, { homeDir, ...options });

beforeEach(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'kiloclaw-cli-'));
  site().fake.on('GET /providers', { body: PROVIDERS });
});
afterEach(() => rm(homeDir, { recursive: true, force: true }));

const storePath = () => join(homeDir, '.config/kiloclaw/profiles.json');
const login = (...more: readonly string[]) =>
  run(['login', '--url', site().fake.url, ...more], { stdin: `${API_KEY}\n` });

describe('login', () => {
  it('tries the key from standard input, and keeps it where its owner alone can read it', async () => {
    const done = await login('--as-admin', 'support-1');
    expect([done.exitCode, done.stderr]).toEqual([0, '']);
    expect(site().last()).toMatchObject({ path: '/providers', headers: { 'x-internal-api-key': API_KEY } });
    expect(JSON.parse(await readFile(storePath(), 'utf8'))).toEqual({
      current: 'default',
      profiles: { default: { apiUrl: site().fake.url, apiKey: API_KEY, asAdmin: 'support-1' } },
    });
    expect((await stat(storePath())).mode & 0o777).toBe(0o600);
    expect((await stat(join(homeDir, '.config/kiloclaw'))).mode & 0o777).toBe(0o700);
    expect(done.stdout).not.toContain(API_KEY);
  });

  it('takes the key from a file, and the folder from XDG_CONFIG_HOME', async () => {
    const keyFile = join(homeDir, 'key');
    await writeFile(keyFile, `${API_KEY}\n`);
    const env = { XDG_CONFIG_HOME: join(homeDir, 'xdg') };
    const done = await run(['login', '--url', site().fake.url, '--api-key-file', keyFile], { env });
    expect(done.exitCode).toBe(0);
    expect(await readFile(join(homeDir, 'xdg/kiloclaw/profiles.json'), 'utf8')).toContain(API_KEY);
  });

  it('asks a person for address and key, and does not show the key', async () => {
    const done = await run(['login', '--url', site().fake.url], { typed: [API_KEY] });
    expect(done.exitCode).toBe(0);
    expect(done.stdout + done.stderr).not.toContain(API_KEY);
    expect(await readFile(storePath(), 'utf8')).toContain(API_KEY);
  });

  it('keeps nothing where the key is refused', async () => {
    site().fake.on('GET /providers', { status: 401, body: apiError('unauthorized', 'Give a valid key.') });
    const done = await login();
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain('Give a valid key. (unauthorized, request r-1)');
    await expect(stat(storePath())).rejects.toThrow('ENOENT');
  });

  it.each([
    ['no address', ['--url', 'nowhere'], /--url: is no address/],
    ['a path', ['--url', 'https://kiloclaw.example.com/console'], /--url: must have no path/],
    ['a password in it', ['--url', 'https://a:b@kiloclaw.example.com'], /neither user nor password/],
    ['another scheme', ['--url', 'ftp://kiloclaw.example.com'], /https:\/\//],
    [
      'a key file that is not there',
      ['--url', 'http://127.0.0.1:1', '--api-key-file', '/nonexistent/key'],
      /ENOENT/,
    ],
  ])('refuses %s, and says so by the option', async (_what, args, message) => {
    const done = await run(['login', ...args], { stdin: API_KEY });
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toMatch(message);
  });

  it('refuses an empty key, and one of several lines, without quoting it', async () => {
    for (const stdin of ['', '\n', 'one\ntwo']) {
      const done = await run(['login', '--url', site().fake.url], { stdin });
      expect(done.exitCode).toBe(2);
      expect(done.stderr).toContain('Standard input: holds no key');
      expect(done.stderr).not.toContain('two');
    }
  });

  it('never repeats what was given to an option that does not exist', async () => {
    const done = await run(['login', `--api-key=${API_KEY}`]);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain("unknown option '--api-key'");
    expect(done.stderr).not.toContain(API_KEY);
  });
});

describe('profiles', () => {
  it('are listed, used, shown and forgotten, never with their keys', async () => {
    await login('--profile', 'one');
    await login('--profile', 'two', '--as-admin', 'support-1');
    const outputs = [
      await run(['profile', 'list', '--json']),
      await run(['profile', 'use', 'one', '--json']),
      await run(['profile', 'show', '--json']),
      await run(['profile', 'remove', 'one', '--json']),
      await run(['profile', 'list']),
    ];
    const [listed, , shown] = outputs;
    expect(listed?.json()).toMatchObject({
      profiles: [
        { name: 'one', isCurrent: false },
        { name: 'two', isCurrent: true, asAdmin: 'support-1' },
      ],
    });
    expect(shown?.json()).toMatchObject({ profile: 'one', apiUrl: site().fake.url, asAdmin: null });
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(API_KEY);
    const left = await run(['profile', 'show']);
    expect([left.exitCode, left.stderr]).toEqual([2, expect.stringContaining('kiloclaw login')]);
  });

  it('are named in the error where there is none of that name', async () => {
    for (const args of [
      ['profile', 'use', 'x'],
      ['profile', 'remove', '__proto__'],
      ['tiers', '--profile', 'x'],
    ]) {
      const done = await run(args);
      expect([done.exitCode, done.stderr]).toEqual([2, expect.stringContaining('There is no profile')]);
    }
  });

  it('are refused where the file is damaged, without quoting it', async () => {
    await login();
    await writeFile(storePath(), `{"current": "default", "profiles": {"default": {"apiKey": "${API_KEY}"}}}`);
    const done = await run(['profile', 'list']);
    expect(done.exitCode).toBe(2);
    expect(done.stderr).toContain('damaged');
    expect(done.stderr).not.toContain(API_KEY);
  });

  it('warn where others can read their keys', async () => {
    await login();
    await chmod(storePath(), 0o644);
    const done = await run(['providers']);
    expect([done.exitCode, done.stderr]).toEqual([0, expect.stringContaining('chmod 600')]);
  });
});

describe('the environment', () => {
  const URL_AND = (env: Record<string, string>) => ({ KILOCLAW_API_URL: site().fake.url, ...env });

  it('goes before the profile in use, and a profile that is named before the environment', async () => {
    await login();
    const other = { KILOCLAW_API_URL: 'http://127.0.0.1:1', KILOCLAW_API_KEY: 'other' };
    const shown = await run(['profile', 'show', '--json'], { env: other });
    expect(shown.json()).toMatchObject({ apiUrl: 'http://127.0.0.1:1', source: 'the environment' });
    const named = await run(['profile', 'show', '--profile', 'default', '--json'], { env: other });
    expect(named.json()).toMatchObject({ apiUrl: site().fake.url, source: "profile 'default'" });
  });

  it('never sends a profile’s key to an address of the environment, nor the other way round', async () => {
    await login();
    for (const env of [URL_AND({}), { KILOCLAW_API_KEY: API_KEY }, URL_AND({ KILOCLAW_API_KEY: ' ' })]) {
      const before = site().fake.asked.length;
      const done = await run(['providers'], { env });
      expect([done.exitCode, site().fake.asked.length]).toEqual([2, before]);
      expect(done.stderr).toContain('KILOCLAW_API_');
    }
  });

  it('takes the key from a file', async () => {
    const keyFile = join(homeDir, 'key');
    await writeFile(keyFile, `${API_KEY}\n`);
    const done = await run(['providers'], { env: URL_AND({ KILOCLAW_API_KEY_FILE: keyFile }) });
    expect(done.exitCode).toBe(0);
    expect(site().last().headers['x-internal-api-key']).toBe(API_KEY);
  });
});
