import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it, vi } from 'vitest';
import { type RunRequest, runProcess } from './run-process.ts';
import { writeTree } from './testing/temp-tree.ts';

const WAIT = { timeout: 10_000, interval: 20 };
const STARTS_CHILD = `
  import { spawn } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  writeFileSync('child.pid', String(child.pid));
`;

function run(script: string, request: Partial<RunRequest> = {}) {
  const root = writeTree({ 'script.mjs': script });
  const signal = new AbortController().signal;
  const result = runProcess({
    command: 'node',
    args: ['script.mjs'],
    root,
    timeoutMs: 30_000,
    signal,
    ...request,
  });
  return { root, result };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function childPid(root: string): Promise<number> {
  await vi.waitUntil(
    () => existsSync(join(root, 'child.pid')) && readFileSync(join(root, 'child.pid'), 'utf8'),
    WAIT,
  );
  return Number(readFileSync(join(root, 'child.pid'), 'utf8'));
}

describe('runProcess', () => {
  it('hands back exit code and output, and the output as it comes', async () => {
    const pieces: string[] = [];
    const { result } = run("console.log('out'); console.error('err'); process.exitCode = 3;", {
      onOutput: (text) => pieces.push(text),
    });
    const { exitCode, output, timedOut } = await result;
    expect({ exitCode, timedOut }).toEqual({ exitCode: 3, timedOut: false });
    expect(output).toContain('out');
    expect(output).toContain('err');
    expect(pieces.join('')).toBe(output);
  });

  it('tells of a command that is not there', async () => {
    const { result } = run('', { command: 'no-such-command' });
    expect(await result).toMatchObject({ exitCode: 1, output: expect.stringContaining('no-such-command') });
  });

  it('puts our binaries first on PATH', async () => {
    const { root, result } = run('console.log(process.env.PATH);');
    expect((await result).output.startsWith(join(root, 'node_modules', '.bin'))).toBe(true);
  });

  it('ends the whole group at the timeout', async () => {
    const { root, result } = run(`${STARTS_CHILD} setInterval(() => {}, 1000);`, { timeoutMs: 1_500 });
    expect(await result).toMatchObject({ timedOut: true, exitCode: 143 });
    const pid = await childPid(root);
    await vi.waitUntil(() => !isAlive(pid), WAIT);
  });

  it('ends the whole group at an abort', async () => {
    const controller = new AbortController();
    const { root, result } = run(`${STARTS_CHILD} setInterval(() => {}, 1000);`, {
      signal: controller.signal,
    });
    const pid = await childPid(root);
    controller.abort();
    expect(await result).toMatchObject({ timedOut: false, exitCode: 143 });
    await vi.waitUntil(() => !isAlive(pid), WAIT);
  });

  it('ends at an abort also what has left the group', async () => {
    const controller = new AbortController();
    const script = STARTS_CHILD.replace("stdio: 'inherit'", "detached: true, stdio: 'ignore'");
    const { root, result } = run(`${script} setInterval(() => {}, 1000);`, { signal: controller.signal });
    const pid = await childPid(root);
    controller.abort();
    await result;
    await vi.waitUntil(() => !isAlive(pid), WAIT);
  });

  it('ends what a command that is over has left behind', async () => {
    const { root, result } = run(`${STARTS_CHILD} process.exit(0);`);
    expect((await result).exitCode).toBe(0);
    const pid = await childPid(root);
    await vi.waitUntil(() => !isAlive(pid), WAIT);
  });
});
