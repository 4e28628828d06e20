import { describe, expect, it } from 'vitest';
import { apiError, instancePage, listedInstance, PROVIDERS } from './testing/answers.ts';
import { API_KEY, run } from './testing/run.ts';
import { useControlPlane } from './testing/with-control-plane.ts';

const site = useControlPlane();

describe('errors', () => {
  it('of the API are told as they are, with code, request id and the next step', async () => {
    const message = 'The list of instances can’t be read.';
    site().fake.on('GET /instances', { status: 503, body: apiError('registry_unavailable', message) });
    const done = await site().run(['instances', 'list', '--json']);
    expect(done.exitCode).toBe(3);
    expect(done.json()).toEqual({ error: { code: 'registry_unavailable', message, requestId: 'r-1' } });
    expect(done.stderr).toContain(`error: ${message} (registry_unavailable, request r-1)`);
    expect(done.stderr).toContain('--user');
  });

  it('of the network name the address, after it was asked again', async () => {
    await site().fake.close();
    const done = await site().run(['providers', '--json']);
    expect(done.exitCode).toBe(3);
    expect(done.json()).toEqual({
      error: { code: 'unreachable', message: `${site().fake.url} does not answer: ECONNREFUSED.` },
    });
    expect(done.pausesMs).toEqual([300, 900, 2700]);
  });

  it('are got over where an answer was lost, or the control plane was busy for a moment', async () => {
    const busy = { status: 503, body: apiError('overloaded', 'Busy.') };
    site().fake.on('GET /providers', 'cut', busy, { status: 502, body: '<html>' }, { body: PROVIDERS });
    const done = await site().run(['providers']);
    expect([done.exitCode, done.stderr, done.pausesMs.length]).toEqual([0, '', 3]);
  });

  it('name the field of an answer that is not what the contract says, and not what stands in it', async () => {
    const odd = { ...listedInstance(), volumeSizeGb: 'canary' };
    site().fake.on('GET /instances', { body: { ...instancePage(), items: [odd] } });
    const done = await site().run(['instances', 'list']);
    expect(done.exitCode).toBe(3);
    expect(done.stderr).toContain('items.0.volumeSizeGb');
    expect(done.stderr).not.toContain('canary');
  });

  it('say that something else answers where it is no platform API', async () => {
    site().fake.on('GET /providers', { body: '<html>' });
    const done = await site().run(['providers']);
    expect([done.exitCode, done.stderr]).toEqual([3, expect.stringContaining('is not what this CLI knows')]);
  });

  it('refuse a redirect, which would take the key along', async () => {
    const headers = { location: 'http://elsewhere.example.com/' };
    site().fake.on('GET /providers', { status: 307, body: '', headers });
    const done = await site().run(['providers']);
    expect([done.exitCode, done.stderr]).toEqual([3, expect.stringContaining('elsewhere.example.com')]);
    expect(site().calls()).toEqual(['GET /providers']);
  });

  it.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['tirs'], /Did you mean tiers\?/],
    [['instances', 'list', '--status', 'odd'], /--status.*running/],
    [['instances', 'list', '--limit', '0'], /--limit.*from 1 to 200/],
    [['instances', 'get'], /missing required argument 'instance'/],
    [['profile'], /A command is missing/],
    [['instances', 'get', 'x', '--user', 'a b'], /--user/],
  ])('of the command line end with 2, before anything is asked: %j', async (args, message) => {
    const done = await site().run([...args, '--json']);
    expect([done.exitCode, site().calls()]).toEqual([2, []]);
    expect(done.json()).toMatchObject({ error: { code: 'usage' } });
    expect(done.stderr).toMatch(message);
  });
});

describe('help', () => {
  it('is the answer where it is asked for, of every command and of the exit codes', async () => {
    const [root, sub, asked, codes] = [
      await run(['--help']),
      await run(['instances', 'list', '--help']),
      await run(['help', 'instances', 'list']),
      await run(['help', 'exit-codes']),
    ];
    expect([root, sub, asked, codes].map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(
      Array(4).fill([0, '']),
    );
    expect(root?.stdout).toContain('KILOCLAW_API_KEY_FILE');
    expect(sub?.stdout).toContain('Examples:');
    expect(asked?.stdout).toBe(sub?.stdout);
    expect(codes?.stdout).toMatch(/^5 +accepted and still running/m);
  });

  it('tells the version', async () => {
    expect(await run(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe('what is shown', () => {
  it('holds no control character of a name, in a table as in JSON', async () => {
    const name = 'a\u001b[31mb\u0007c\u009bd\u202ee\nf';
    site().fake.on('GET /instances', { body: instancePage(listedInstance({ name })) });
    const table = await site().run(['instances', 'list']);
    expect(table.stdout).toContain('a\ufffd[31mb\ufffdc\ufffdd\ufffde\ufffdf');
    const json = await site().run(['instances', 'list', '--json']);
    expect(/[^\P{Cc}\n]/u.test(json.stdout)).toBe(false);
    expect(json.json()).toMatchObject({ items: [{ name }] });
  });

  it('has colours at a terminal alone, and not there where NO_COLOR is set', async () => {
    site().fake.on('GET /providers', { body: PROVIDERS });
    const paint = '\u001b[';
    expect((await site().run(['providers'], { typed: [] })).stdout).toContain(paint);
    expect((await site().run(['providers'])).stdout).not.toContain(paint);
    const refused = await site().run(['providers'], { typed: [], env: { NO_COLOR: '1' } });
    expect(refused.stdout).not.toContain(paint);
  });

  it('is nothing but the JSON document with --json, wherever that stands', async () => {
    site().fake.on('GET /providers', { body: PROVIDERS });
    for (const args of [
      ['providers', '--json'],
      ['--json', 'providers'],
    ]) {
      const done = await site().run(args);
      expect(done.json()).toEqual(PROVIDERS);
      expect(done.stderr).toBe('');
    }
  });

  it('never holds the key', async () => {
    site().fake.on('GET /providers', { status: 401, body: apiError('unauthorized', 'Give a valid key.') });
    const done = await site().run(['providers', '--json']);
    expect(done.stdout + done.stderr).not.toContain(API_KEY);
  });
});
