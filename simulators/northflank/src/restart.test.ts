import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startNorthflankSimulator } from './server.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { call, field, Harness, TOKEN } from './testing/harness.ts';

const PROJECT = 'durable';
const { statusLingerMs, pendingMs, terminateMs, stagingMs, startingMs } = DEFAULT_SETTINGS;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.start(DEFAULT_SETTINGS);
  await harness.project(PROJECT);
});

afterEach(() => harness.stop());

describe('a simulator that was restarted on its folder', () => {
  it('answers everything as before', async () => {
    await harness.volume(PROJECT, 'data');
    await harness.service(PROJECT, 'app', {
      createOptions: { volumesToAttach: ['data'] },
      runtimeEnvironment: { PORT: '8080' },
    });
    harness.clock.move(60_000);
    const before = (await harness.control('GET', '/state')).body;
    expect(field(before, 'services.0.containers.0.status')).toBe('TASK_RUNNING');
    await harness.restart();
    expect((await harness.control('GET', '/state')).body).toEqual(before);
  });

  it('lists projects in the order of their creation', async () => {
    for (const name of ['zebra', 'apple', 'mango']) {
      harness.clock.move(1000);
      await harness.project(name);
    }
    await harness.restart();
    const projects = field(await harness.read('/projects'), 'projects');
    const ids = Array.isArray(projects) ? projects.map((project) => field(project, 'id')) : [];
    expect(ids).toEqual([PROJECT, 'zebra', 'apple', 'mango']);
  });

  it('goes on with a rollout that it was in, at its time', async () => {
    await harness.volume(PROJECT, 'data');
    await harness.service(PROJECT, 'app', { createOptions: { volumesToAttach: ['data'] } });
    harness.clock.move(60_000);
    await harness.statusOf(PROJECT, 'app');
    await harness.api('PATCH', `/projects/${PROJECT}/services/deployment/app`, {
      billing: { deploymentPlan: 'nf-compute-400' },
    });
    harness.clock.move(statusLingerMs + Math.max(pendingMs, terminateMs) + stagingMs);
    await harness.restart();
    expect(await harness.statusOf(PROJECT, 'app')).toBe('IN_PROGRESS');
    harness.clock.move(startingMs - 1);
    expect(await harness.statusOf(PROJECT, 'app')).toBe('IN_PROGRESS');
    harness.clock.move(1);
    expect(await harness.statusOf(PROJECT, 'app')).toBe('COMPLETED');
  });

  it('completes what fell due while it was down', async () => {
    await harness.volume(PROJECT, 'data');
    await harness.service(PROJECT, 'app', { createOptions: { volumesToAttach: ['data'] } });
    await harness.api('DELETE', `/projects/${PROJECT}/services/app`);
    await harness.simulator.close();
    harness.clock.move(60_000);
    await harness.restart();
    expect(await harness.read(`/projects/${PROJECT}/services/app`)).toBeNull();
    expect(field(await harness.read(`/projects/${PROJECT}/volumes/data`), 'attachedObjects')).toEqual([]);
  });

  it('has forgotten a deleted project', async () => {
    await harness.api('DELETE', `/projects/${PROJECT}`);
    await harness.restart();
    expect(await harness.read(`/projects/${PROJECT}`)).toBeNull();
  });
});

describe('the state folder', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'northflank-folder-'));
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  const start = () => startNorthflankSimulator({ port: 0, controlPort: 0, stateDir: dir, token: TOKEN });

  it('holds one file a project, readable by its owner alone', async () => {
    const simulator = await start();
    await call(simulator.url, 'POST', '/v1/projects', { name: 'My App', region: 'us-east1' });
    await simulator.close();
    expect(readdirSync(dir)).toEqual(['my-app.json']);
    expect(statSync(join(dir, 'my-app.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['is not JSON', '{"project":', 'not JSON'],
    ['is of another shape', '{"project":{"id":"x"}}', 'project.name'],
  ])('is refused in one sentence where a file %s, without its content', async (_what, content, words) => {
    writeFileSync(join(dir, 'broken.json'), content);
    const failure = await start().catch((error: Error) => error.message);
    expect(failure).toContain(join(dir, 'broken.json'));
    expect(failure).toContain(words);
    expect(failure).toContain('remove it');
  });

  it('is refused an empty token and bad settings before anything listens', async () => {
    const options = { port: 0, controlPort: 0, stateDir: dir };
    await expect(startNorthflankSimulator({ ...options, token: '' })).rejects.toThrow('token');
    const settings = { pendingMs: -1 };
    await expect(startNorthflankSimulator({ ...options, token: TOKEN, settings })).rejects.toThrow(
      'pendingMs',
    );
  });
});
