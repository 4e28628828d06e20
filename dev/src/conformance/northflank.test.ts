import { casesFor, passCase } from '@kiloclaw/control-plane/conformance';
import { TestSimulator } from '@kiloclaw/northflank-simulator/testing/test-simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { northflankSubject } from './northflank-subject.ts';
import { AT_ONCE } from './subject-parts.ts';

/** A case is many lives: seconds, on a machine that others use too. */
const LONG = { timeout: 120_000 };
const TOKEN = 'sentinel-token-of-northflank';

const subjectOn = (simulator: TestSimulator) =>
  northflankSubject({
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
const atOnce = await TestSimulator.start({ token: TOKEN });
// The delays of the simulator's own defaults, so that what was accepted is not done yet.
const takingItsTime = await TestSimulator.start({
  token: TOKEN,
  settings: { rateLimitPerWindow: 1_000_000 },
});
afterAll(() => Promise.all([atOnce.end(), takingItsTime.end()]));

const subject = subjectOn(atOnce);
const { cases, without } = casesFor(subject);

describe('northflank on its simulator', LONG, () => {
  it.each(cases)('$name', (each) => passCase(subject, each));

  it('is asked everything but what its capabilities rule out', () => {
    expect(without).toEqual([
      'a forked volume is the instance’s from then on; asked twice it is one copy, and the source is kept',
      'a running machine is raised live, and goes on running',
      'while somebody else holds a machine, a hold and a change are a conflict, and succeed afterwards',
      'a volume of our name that is not ours is refused as invalid, and never touched',
    ]);
  });
});

describe('northflank on its simulator, which takes its time', LONG, () => {
  const slow = subjectOn(takingItsTime);
  const plain = cases.filter(({ group }) => group === 'plain');

  it.concurrent.each(plain)('$name', (each) => passCase(slow, each));
});
