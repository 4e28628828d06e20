import { casesFor, passCase } from '@kiloclaw/control-plane/conformance';
import { TestSimulator } from '@kiloclaw/fly-simulator/testing/test-simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { flySubject } from './fly-subject.ts';
import { AT_ONCE } from './subject-parts.ts';

/** A case is many lives: seconds, on a machine that others use too. */
const LONG = { timeout: 120_000 };
const TOKEN = 'sentinel-token-of-fly';

const subjectOn = (simulator: TestSimulator) =>
  flySubject({
    baseUrl: simulator.running.url,
    token: TOKEN,
    orgSlug: 'personal',
    regions: ['iad', 'fra'],
    appPrefix: 'kc',
    image: 'registry.example.com/team/app:v1',
    pace: AT_ONCE,
  });
const atOnce = await TestSimulator.start({ token: TOKEN });
// The delays of the simulator's own defaults, so that what was accepted is not done yet.
const takingItsTime = await TestSimulator.start({ token: TOKEN, settings: {} });
afterAll(() => Promise.all([atOnce.end(), takingItsTime.end()]));

const subject = subjectOn(atOnce);
const { cases, without } = casesFor(subject);

describe('fly on its simulator', LONG, () => {
  it.each(cases)('$name', (each) => passCase(subject, each));

  it('is asked everything but what its capabilities rule out', () => {
    expect(without).toEqual([
      'what the capabilities deny is refused as invalid, without any effect',
      'a running machine is raised live, and goes on running',
      'a home of our name that is not ours is refused as invalid, and never touched',
      'a volume of our name that is not ours is refused as invalid, and never touched',
    ]);
  });
});

describe('fly on its simulator, which takes its time', LONG, () => {
  const slow = subjectOn(takingItsTime);
  const plain = cases.filter(({ group }) => group === 'plain');

  it.concurrent.each(plain)('$name', (each) => passCase(slow, each));
});
