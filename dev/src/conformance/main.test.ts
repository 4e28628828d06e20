import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TestSimulator } from '@kiloclaw/fly-simulator/testing/test-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Most of them run many cases. */
const LONG = { timeout: 120_000 };
const TOKEN = 'sentinel-token-of-fly';

interface Ended {
  readonly exitCode: number | null;
  readonly out: string;
  readonly complaint: string;
}

/** Runs it as npm does; `onLine` may end it on the way. */
async function conformance(
  args: readonly string[],
  env: Record<string, string>,
  onLine: (line: string, end: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onLine(text, () => child.kill('SIGINT'));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [exitCode] = z
    .tuple([z.number().nullable()])
    .rest(z.unknown())
    .parse(await once(child, 'close'));
  return { exitCode, out, complaint };
}

describe('npm run conformance', LONG, () => {
  let simulator: TestSimulator;
  let env: Record<string, string>;
  beforeAll(async () => {
    simulator = await TestSimulator.start({ token: TOKEN });
    env = { FLY_API_TOKEN: TOKEN, FLY_API_BASE_URL: simulator.running.url };
  });
  afterAll(() => simulator.end());

  async function appsLeft(): Promise<unknown[]> {
    const answer = await fetch(`${simulator.running.controlUrl}/state`);
    return z.object({ apps: z.array(z.unknown()) }).parse(await answer.json()).apps;
  }

  it('says which variable is missing, also where it is empty', async () => {
    for (const without of [{}, { FLY_API_TOKEN: '' }]) {
      const { exitCode, complaint } = await conformance(['fly'], without);
      expect(exitCode).toBe(1);
      expect(complaint).toContain('FLY_API_TOKEN is not set');
    }
    expect((await conformance(['northflank'], {})).complaint).toContain('NF_API_TOKEN is not set');
    const unplanned = await conformance(['northflank'], { NF_API_TOKEN: TOKEN, NF_DEPLOYMENT_PLAN: '' });
    expect(unplanned.complaint).toContain('NF_DEPLOYMENT_PLAN is not set');
    const { exitCode, complaint } = await conformance(['docker-local'], { DOCKER_HOST: 'nonsense' });
    expect(exitCode).toBe(1);
    expect(complaint).toContain('DOCKER_HOST');
  });

  it.each(['', 'nowhere'])('names the providers there are for "%s"', async (name) => {
    const { exitCode, complaint } = await conformance([name], {});
    expect(exitCode).toBe(1);
    expect(complaint).toContain('fly, docker-local, northflank');
  });

  it('passes on a provider that conforms, tells each case, and leaves nothing', async () => {
    const { exitCode, out, complaint } = await conformance(['fly'], env);
    expect(complaint).toBe('');
    expect(out).toMatch(/passed +[0-9.]+ s {2}a whole life goes from nothing to nothing/);
    expect(out).toMatch(/[0-9]+ passed, 0 failed; .*\(--faults\); nothing was left/);
    expect(out).not.toContain('in every call');
    expect(out).not.toContain(TOKEN);
    expect(exitCode).toBe(0);
    expect(await appsLeft()).toEqual([]);
  });

  it('breaks calls too where it is told to', async () => {
    const { exitCode, out } = await conformance(['fly', '--faults', '--only', 'in every call: a 429'], env);
    expect(out).toContain('1 passed, 0 failed');
    expect(exitCode).toBe(0);
  });

  it('fails with the reason where a case fails', async () => {
    const poor = { ...env, FLY_API_TOKEN: 'of-somebody-else' };
    const { exitCode, out } = await conformance(['fly', '--only', 'a whole life'], poor);
    expect(out).toMatch(/FAILED +[0-9.]+ s {2}a whole life/);
    expect(out).toContain('FLY_API_TOKEN is not accepted');
    expect(out).not.toContain('of-somebody-else');
    expect(exitCode).toBe(1);
  });

  it('is no success where no case was asked', async () => {
    const { exitCode, out } = await conformance(['fly', '--only', 'no such case'], env);
    expect(out).toContain('0 cases');
    expect(exitCode).toBe(1);
  });

  it('takes away what it made when it is called off', async () => {
    const { exitCode, out } = await conformance(['fly', '--faults'], env, (line, end) => {
      if (line.includes('a crash after any call')) end();
    });
    expect(out).toContain('Stopping');
    expect(out).toMatch(/[0-9]+ not run.*nothing was left/);
    expect(exitCode).toBe(130);
    expect(await appsLeft()).toEqual([]);
  });
});
