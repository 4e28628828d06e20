import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineUnavailable } from './engine-unavailable.ts';
import { engineFromDockerHost, findEngine } from './find-engine.ts';

describe('DOCKER_HOST', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
    ['tcp://127.0.0.1:4243', { host: '127.0.0.1', port: 4243 }],
    ['tcp://engine.example.com', { host: 'engine.example.com', port: 2375 }],
    ['tcp://[::1]:4243', { host: '::1', port: 4243 }],
  ])('%s is read', (dockerHost, address) => {
    expect(engineFromDockerHost(dockerHost)).toEqual(address);
  });

  it.each([
    'ssh://alice@example.com',
    'unix://',
    '/var/run/docker.sock',
    'tcp://',
    'tcp://alice:secret@example.com',
  ])('%s is refused in one sentence without its value', (dockerHost) => {
    expect(() => engineFromDockerHost(dockerHost)).toThrow(EngineUnavailable);
    expect(() => engineFromDockerHost(dockerHost)).not.toThrow(/alice|secret/);
  });
});

describe('findEngine', () => {
  let folder = '';
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/_ping' ? 200 : 404).end(),
  );
  const socket = () => join(folder, 'engine.sock');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kc-find-'));
    await once(server.listen(socket()), 'listening');
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  it('takes the one that DOCKER_HOST names', async () => {
    const env = { DOCKER_HOST: `unix://${socket()}` };
    expect(await findEngine({ env, defaultSocketPath: join(folder, 'none') })).toEqual({
      socketPath: socket(),
    });
  });

  it('takes the one of the machine when DOCKER_HOST is not set', async () => {
    expect(await findEngine({ env: {}, defaultSocketPath: socket() })).toEqual({ socketPath: socket() });
  });

  it('is null when none answers', async () => {
    expect(await findEngine({ env: {}, defaultSocketPath: join(folder, 'none') })).toBeNull();
  });

  it('refuses TLS in one sentence, and only where it would be spoken', async () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    const named = findEngine({ env: { ...env, DOCKER_HOST: 'tcp://127.0.0.1:2376' } });
    await expect(named).rejects.toThrow(/DOCKER_TLS_VERIFY is set.*unset DOCKER_TLS_VERIFY/);
    expect(await findEngine({ env, defaultSocketPath: socket() })).toEqual({ socketPath: socket() });
  });

  it('takes no other than the one that DOCKER_HOST names, even when that is silent', async () => {
    const env = { DOCKER_HOST: `unix://${join(folder, 'none')}` };
    await expect(findEngine({ env, defaultSocketPath: socket() })).rejects.toThrow(/unset DOCKER_HOST/);
  });
});
