import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createEngineFetcher } from './engine-fetcher.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function serve(listener: RequestListener) {
  const folder = await mkdtemp(join(tmpdir(), 'kc-fetcher-'));
  const socketPath = join(folder, 'engine.sock');
  const server: Server = createServer(listener).listen(socketPath);
  cleanUps.push(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  await once(server, 'listening');
  return { fetcher: createEngineFetcher({ socketPath }), socketPath };
}

const get = (path: string) => new Request(`http://docker${path}`);
const volume = { Name: 'kc-1-data', Labels: { kiloclaw_fleet_id: 'f1' } };
const createVolume = (body: unknown) =>
  new Request('http://docker/v1.41/volumes/create', { method: 'POST', body: JSON.stringify(body) });

it('hands on how long a refusal asks to wait', async () => {
  const { fetcher } = await serve((_request, response) => {
    response.writeHead(429, { 'retry-after': '7', 'x-other': 'not ours' });
    response.end('{}');
  });
  const answer = await fetcher(get('/v1.41/info'));
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-other')]).toEqual([
    429,
    '7',
    null,
  ]);
});

it('sends what is allowed, and hands the answer on with its status', async () => {
  const { fetcher } = await serve(async (request, response) => {
    const body = await new Response(request).text();
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ url: request.url, type: request.headers['content-type'], body }));
  });
  const answer = await fetcher(createVolume(volume));
  expect(answer.status).toBe(201);
  expect(await answer.json()).toEqual({
    url: '/v1.41/volumes/create',
    type: 'application/json',
    body: JSON.stringify(volume),
  });
});

it('never sends what is refused', async () => {
  let received = 0;
  const { fetcher } = await serve((_request, response) => {
    received += 1;
    response.end();
  });
  const answer = await fetcher(
    createVolume({ ...volume, DriverOpts: { type: 'none', o: 'bind', device: '/' } }),
  );
  expect(answer.status).toBe(403);
  expect(await answer.json()).toEqual({ message: expect.stringContaining('DriverOpts') });
  expect(received).toBe(0);
});

it('hands on an answer without a body', async () => {
  const { fetcher } = await serve((_request, response) => response.writeHead(304).end());
  const request = new Request('http://docker/v1.41/containers/kc-1/start', { method: 'POST' });
  expect((await fetcher(request)).status).toBe(304);
});

it('streams the progress of a pull as it comes', async () => {
  let finish = () => {};
  const { fetcher } = await serve((_request, response) => {
    response.write('{"status":"first"}\n');
    finish = () => response.end('{"status":"last"}\n');
  });
  const request = new Request('http://docker/v1.41/images/create?fromImage=a&tag=b', { method: 'POST' });
  const { body } = await fetcher(request);
  const reader = body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toContain('first');
  finish();
  const last = await reader?.read();
  expect(new TextDecoder().decode(last?.value)).toContain('last');
});

it('tells an engine that was never reached from an answer that was lost', async () => {
  const { fetcher } = await serve((request) => request.socket.destroy());
  const lost = await fetcher(createVolume(volume));
  expect(lost.status).toBe(504);
  const nowhere = createEngineFetcher({ socketPath: join(tmpdir(), 'kc-no-such-folder', 'engine.sock') });
  const unreached = await nowhere(get('/version'));
  expect(unreached.status).toBe(503);
  expect(await unreached.json()).toEqual({ message: expect.stringContaining('ENOENT') });
});
