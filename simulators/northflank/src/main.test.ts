import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, text } from './testing/harness.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
let dir: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'northflank-main-'));
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(dir, { recursive: true, force: true });
});

function start(changes: Record<string, string> = {}) {
  const flags = { port: '0', 'control-port': '0', 'state-dir': dir, token: 'cli-token', ...changes };
  const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function ready(child: ReturnType<typeof start>): Promise<{ url: string; controlUrl: string }> {
  const [chunk] = await once(child.stdout, 'data');
  const line: unknown = JSON.parse(String(chunk));
  return { url: text(line, 'url'), controlUrl: text(line, 'controlUrl') };
}

async function failure(child: ReturnType<typeof start>): Promise<{ exitCode: unknown; words: string }> {
  let words = '';
  child.stderr.on('data', (chunk) => {
    words += String(chunk);
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, words };
}

describe('command line', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves both ports until %s, then ends cleanly', async (signal) => {
    const child = start();
    const { url, controlUrl } = await ready(child);
    const answer = await call(url, 'GET', '/v1/projects', undefined, {
      authorization: 'Bearer cli-token',
    });
    expect(answer.status).toBe(200);
    expect((await call(controlUrl, 'GET', '/state')).status).toBe(200);
    // A call that waits must not hold up the end.
    const arm = { route: 'GET /v1/projects/{project}', kind: 'hold_before' };
    const armed = await call(controlUrl, 'POST', '/faults', arm);
    const held = call(url, 'GET', '/v1/projects/x').catch(() => 'cut');
    await call(controlUrl, 'GET', `/faults/${text(armed.body, 'id')}/held`);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await held).toBe('cut');
  });

  it('keeps its state when it is killed outright', async () => {
    const first = start();
    const { url } = await ready(first);
    const authorization = { authorization: 'Bearer cli-token' };
    await call(url, 'POST', '/v1/projects', { name: 'kept', region: 'us-east1' }, authorization);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = await ready(start());
    expect((await call(second.url, 'GET', '/v1/projects/kept', undefined, authorization)).status).toBe(200);
  });

  it('says in one sentence that a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    for (const flag of ['port', 'control-port']) {
      const { exitCode, words } = await failure(start({ [flag]: String(port) }));
      expect([exitCode, words]).toEqual([
        1,
        `northflank simulator: port ${port} on 127.0.0.1 is taken: choose another\n`,
      ]);
    }
    other.close();
  });

  it('says in one sentence that the folder cannot be used', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    const { exitCode, words } = await failure(start({ 'state-dir': file }));
    expect([exitCode, words]).toEqual([
      1,
      `northflank simulator: the state folder ${file} cannot be written (EEXIST): choose another with --state-dir\n`,
    ]);
  });

  it.each([
    [{ port: 'many' }, '--port must be a port'],
    [{ port: '65536' }, '--port must be a port'],
    [{ 'state-dir': '' }, '--state-dir is missing'],
    [{ token: '' }, '--token is missing'],
    [{ colour: 'red' }, '--colour'],
  ])('names the flag that is wrong in %j', async (changes, words) => {
    const outcome = await failure(start(changes));
    expect(outcome.exitCode).toBe(1);
    expect(outcome.words).toContain(words);
    expect(outcome.words.trimEnd()).not.toContain('\n');
    expect(outcome.words).not.toContain('cli-token');
  });
});
