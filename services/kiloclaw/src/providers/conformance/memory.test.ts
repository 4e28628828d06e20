import { describe, expect, it } from 'vitest';
import { casesFor, passCase } from './conformance.ts';
import { memorySubject } from './testing/memory-subject.ts';

const subject = memorySubject();
const { cases, without } = casesFor(subject);

describe('the smallest adapter, on a cloud in memory', () => {
  it.each(cases)('$name', (each) => passCase(subject, each));

  it('is asked everything but what its capabilities rule out', () => {
    expect(without).toEqual([
      'a forked volume is the instance’s from then on; asked twice it is one copy, and the source is kept',
      'a running machine is raised live, and goes on running',
      'a home of our name that is not ours is refused as invalid, and never touched',
      'while somebody else holds a machine, a hold and a change are a conflict, and succeed afterwards',
    ]);
  });
});
