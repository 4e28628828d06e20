import { fileURLToPath } from 'node:url';
import { casesFor, passCase } from '@kiloclaw/control-plane/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDemoImage, DEMO_IMAGE } from '../engine/demo-image.ts';
import { obtainEngine } from '../engine/testing/obtain-engine.ts';
import { dockerSubject } from './docker-subject.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/engine', import.meta.url));

const engine = await obtainEngine({ cacheDir: CACHE });
if (typeof engine === 'string') console.warn(`Skipped, since there is no container engine: ${engine}`);

describe.skipIf(typeof engine === 'string')('docker-local on a real engine', () => {
  const address = typeof engine === 'string' ? { socketPath: '' } : engine.address;
  const subject = dockerSubject({ engine: address, image: DEMO_IMAGE });
  const { cases, without } = casesFor(subject);

  beforeAll(() => buildDemoImage(address, { cacheDir: CACHE }));
  afterAll(async () => {
    if (typeof engine !== 'string') await engine.stop();
  });

  it.concurrent.each(cases)('$name', (each) => passCase(subject, each));

  it('is asked everything but what its capabilities rule out', () => {
    expect(without).toEqual([
      'a volume asked for no more than it has stays as it is, and that is a success',
      'a forked volume is the instance’s from then on; asked twice it is one copy, and the source is kept',
      'a home of our name that is not ours is refused as invalid, and never touched',
      'while somebody else holds a machine, a hold and a change are a conflict, and succeed afterwards',
      'without room to make a volume, that is told by its kind and nothing has changed',
      'without room to grow a volume, that is told by its kind and nothing has changed',
      'without room to start a machine, that is told by its kind and nothing has changed',
    ]);
  });
});
