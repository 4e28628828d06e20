import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { EngineUnavailable } from './engine/engine-unavailable.ts';
import { obtainEngine } from './engine/testing/obtain-engine.ts';
import { demoTargets, untilDemoIsSeeded } from './testing/demo-fleet.ts';
import { act, debugView } from './testing/fleet.ts';
import { makeStackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const CACHE = fileURLToPath(new URL('../../.cache/engine', import.meta.url));

async function obtain() {
  try {
    return await obtainEngine({ cacheDir: CACHE });
  } catch (error) {
    if (error instanceof EngineUnavailable) return error.message;
    throw error;
  }
}

const engine = await obtain();
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('npm start beside a container engine', () => {
  const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;

  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  it(
    'runs one demo instance in a container, which answers on its endpoint',
    async () => {
      const folder = await makeStackFolder();
      const dockerHost =
        'socketPath' in address ? `unix://${address.socketPath}` : `tcp://${address.host}:${address.port}`;
      const env = { DOCKER_HOST: dockerHost, DOCKER_LOCAL_CLAMP: 'true' };
      const stack = new StackProcess({ folder, env, args: ['--port', '0'] });
      try {
        const { client, endpoints } = await stack.ready();
        expect(endpoints.providers['docker-local']).toMatch(/^on, /);
        await untilDemoIsSeeded(stack);
        const carol = (await demoTargets(folder)).find(({ userId }) => userId === 'carol');
        if (carol === undefined) throw new Error('carol has no instance');
        try {
          const view = await debugView(client, carol);
          expect(view).toMatchObject({ provider: 'docker-local', status: 'running', volumeSizeGb: null });
          const page = () =>
            fetch(view.endpoint ?? '').then(
              ({ status }) => status,
              () => 0,
            );
          await expect.poll(page, { timeout: MINUTE_MS }).toBe(200);
        } finally {
          await act(client, 'destroy', carol);
        }
      } finally {
        await stack.killEverything();
        await folder.remove();
      }
    },
    3 * MINUTE_MS,
  );
});
