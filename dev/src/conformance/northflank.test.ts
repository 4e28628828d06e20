import { casesFor, passCase } from '@kiloclaw/control-plane/conformance';
import { TestSimulator } from '@kiloclaw/northflank-simulator/testing/test-simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { northflankSubject } from './northflank-subject.ts';
import { AT_ONCE } from './subject-parts.ts';

const TOKEN = 'sentinel-token-of-northflank';

const simulator = await TestSimulator.start({ token: TOKEN });
afterAll(() => simulator.end());

const subject = northflankSubject({
  config: {
    baseUrl: simulator.running.url,
    token: TOKEN,
    region: 'europe-west',
    projectPrefix: 'kc',
    plans: { NF_DEPLOYMENT_PLAN: 'nf-compute-100-4' },
    accessMode: 'ReadWriteOnce',
    mountPath: '/data',
  },
  image: 'registry.example.com/team/app:v1',
  pace: AT_ONCE,
});
const { cases, without } = casesFor(subject);

describe('northflank on its simulator', () => {
  it.each(cases)('$name', (each) => passCase(subject, each));

  it('is asked everything but what its capabilities rule out', () => {
    expect(without).toEqual([
      'a forked volume is the instance’s from then on; asked twice it is one copy, and the source is kept',
      'a running machine is raised live, and goes on running',
      'a volume of our name that is not ours is refused as invalid, and never touched',
    ]);
  });
});
