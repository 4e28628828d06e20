import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startImageRegistry } from './engine/testing/image-registry.ts';
import { obtainEngine } from './engine/testing/obtain-engine.ts';
import { act, newTarget } from './testing/fleet.ts';
import { makeStackFolder, type StackFolder, StackProcess } from './testing/stack-process.ts';

const MINUTE_MS = 60_000;
const LOOKS_MOST = 200;
const LOOK_AGAIN_MS = 200;
const CACHE = fileURLToPath(new URL('../../.cache/engine', import.meta.url));

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('an image that this host lacks', () => {
  let folder: StackFolder;
  let stack: StackProcess;

  afterEach(async () => {
    await stack.killEverything();
    await folder.remove();
  }, MINUTE_MS);
  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  it(
    'is fetched while the operation tells how far it is, and no request waits for it',
    async () => {
      const registry = await startImageRegistry({ layerBytes: 8_000_000, layerTakesMs: 6_000 });
      folder = await makeStackFolder();
      const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;
      const host =
        'socketPath' in address ? `unix://${address.socketPath}` : `tcp://${address.host}:${address.port}`;
      stack = new StackProcess({ folder, env: { DOCKER_HOST: host } });
      const { client } = await stack.ready();
      const target = newTarget('image-customer');
      const body = {
        ...target,
        provider: 'docker-local',
        instanceType: 'perf-1-3',
        image: registry.image,
      } as const;
      const begun = await client.call('provision', body, { waitS: 0, idempotencyKey: randomUUID() });
      expect(begun.status).toBe(202);
      const told: (number | undefined)[] = [];
      let status: string | undefined = 'pending';
      for (let look = 0; look < LOOKS_MOST; look += 1) {
        const { items } = (await client.call('operations', target)).body;
        const steps = items.flatMap(({ operation }) => operation.steps);
        const step = steps.find(({ name }) => name === 'fetch_image');
        status = step?.status;
        if (status !== 'pending' && status !== 'running') break;
        told.push(step?.progressPercent);
        await sleep(LOOK_AGAIN_MS);
      }
      expect(status).toBe('succeeded');
      const percents = told.filter((percent) => percent !== undefined);
      expect(percents).toEqual(percents.toSorted((one, other) => one - other));
      expect(percents.filter((percent) => percent > 10 && percent < 95).length).toBeGreaterThan(2);
      expect(registry.layersBegun()).toBe(1);
      await act(client, 'destroy', target);
      await registry.close();
    },
    3 * MINUTE_MS,
  );
});
