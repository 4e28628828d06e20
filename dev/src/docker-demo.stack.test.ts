import { fileURLToPath } from 'node:url';
import { sandboxIdOf } from '@kiloclaw/platform-contract';
import { afterAll, describe, expect, it } from 'vitest';
import { callEngine, obtainEngine } from './engine/testing/obtain-engine.ts';
import { demoTargets, untilDemoIsSeeded } from './testing/demo-fleet.ts';
import { act, debugView } from './testing/fleet.ts';
import { makeStackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const CACHE = fileURLToPath(new URL('../../.cache/engine', import.meta.url));

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('npm start beside a container engine', () => {
  const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;

  const inspect = (name: string) => callEngine(address, 'GET', `/containers/${name}/json`);

  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  it(
    'runs one demo instance in a container, which does what the API is asked for',
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

          const inspected = async () => (await inspect(view.sandboxId)).json;
          const built = await inspected();
          expect(built.HostConfig).toMatchObject({ Memory: 3_221_225_472, NanoCpus: 1_000_000_000 });
          expect(built.Config.Labels).toMatchObject({
            kiloclaw_fleet_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            kiloclaw_instance_id: carol.instanceId,
            kiloclaw_user_id: 'carol',
          });
          expect(built.Mounts).toMatchObject([
            { Type: 'volume', Name: `${view.sandboxId}-data`, Destination: '/data' },
          ]);

          await act(client, 'stop', carol);
          expect((await inspected()).State.Running).toBe(false);
          await act(client, 'start', carol);
          const started = await inspected();
          expect(started.State.Running).toBe(true);
          await act(client, 'restart', carol);
          const restarted = await inspected();
          expect(restarted.Id).toBe(built.Id);
          expect(restarted.State.StartedAt).not.toBe(started.State.StartedAt);
        } finally {
          await act(client, 'destroy', carol);
        }
        expect((await inspect(sandboxIdOf(carol.instanceId))).status).toBe(404);
        expect(
          (await callEngine(address, 'GET', `/volumes/${sandboxIdOf(carol.instanceId)}-data`)).status,
        ).toBe(404);
      } finally {
        await stack.killEverything();
        await folder.remove();
      }
    },
    3 * MINUTE_MS,
  );
});
