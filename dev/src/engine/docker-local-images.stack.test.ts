import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { DockerLocalRig } from './testing/docker-local-rig.ts';
import { startImageRegistry } from './testing/image-registry.ts';
import { obtainEngine } from './testing/obtain-engine.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/engine', import.meta.url));
const LOOKS_MOST = 200;
const LOOK_AGAIN_MS = 50;

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('images of docker-local, pulled by a real engine', () => {
  const rig = new DockerLocalRig(typeof engine === 'string' ? { socketPath: '' } : engine.address);

  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  async function registry(layerTakesMs: number) {
    const started = await startImageRegistry({ layerBytes: 8_000_000, layerTakesMs });
    onTestFinished(async () => {
      for (const image of [started.image, started.imageByDigest]) {
        await rig.raw('DELETE', `/images/${encodeURIComponent(image)}?force=1`);
      }
      await started.close();
    });
    return started;
  }

  /** The percents that were told until it was there. */
  async function untilReady(image: string, tags = rig.instance()): Promise<number[]> {
    const told: number[] = [];
    for (let look = 0; look < LOOKS_MOST; look += 1) {
      const seen = await rig.provider.ensureImage(tags, {}, image);
      if (seen.ready) return told;
      told.push(seen.percent);
      await sleep(LOOK_AGAIN_MS);
    }
    throw new Error(`${image} does not get ready: ${told.join(', ')}`);
  }

  it('tell how far they are, ever more, while nobody waits for them', async () => {
    const { image, layersBegun } = await registry(2_000);
    const told = await untilReady(image);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
    expect(new Set(told).size).toBeGreaterThan(3);
    expect(told.filter((percent) => percent > 10 && percent < 90).length).toBeGreaterThan(3);
    expect(layersBegun()).toBe(1);
    expect(await untilReady(image)).toEqual([]);
  });

  it('are pulled by their digest too', async () => {
    const { imageByDigest } = await registry(0);
    await untilReady(imageByDigest);
    const { json } = await rig.raw('GET', `/images/${encodeURIComponent(imageByDigest)}/json`);
    expect(json.RepoDigests).toContain(imageByDigest);
  });

  it('come once, however many instances ask for one', async () => {
    const { image, layersBegun } = await registry(1_000);
    await Promise.all([untilReady(image), untilReady(image), untilReady(image)]);
    expect(layersBegun()).toBe(1);
  });

  it('that a registry lacks, or that no registry can be asked for, are named with the reason', async () => {
    const { absent } = await registry(0);
    // No registry listens there, so that no network is needed to fail.
    for (const image of [absent, '127.0.0.1:9/absent/image:1']) {
      const refusal = await untilReady(image).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ kind: 'invalid', message: expect.stringContaining(image) });
      expect(String(refusal)).toMatch(/manifest unknown|not found|connection refused/);
    }
  });
});
