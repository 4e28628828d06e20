import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceTags } from '../provider.ts';
import { belongsTo, sizeSourceOf, TAG } from '../tags.ts';
import { projectMark, readMark, rolloutOf, serviceMark } from './mark.ts';
import {
  instanceOfVolumeName,
  nameNorthflankResources,
  PROJECT_PREFIX_MAX_LENGTH,
  readNorthflankResources,
  volumeNameOf,
} from './names.ts';

/** As the vendor publishes them. */
const NAME = /^[a-zA-Z]((-|\s)?[a-zA-Z0-9]+((-|\s)[a-zA-Z0-9]+)*)?$/;
const DESCRIPTION_MAX_LENGTH = 200;

const prefixes = fc
  .stringMatching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .filter((prefix) => prefix.length <= PROJECT_PREFIX_MAX_LENGTH);
const userIds = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const instances: fc.Arbitrary<InstanceTags> = fc
  .record({ fleetId: fc.uuid(), instanceId: fc.uuid(), userId: userIds })
  .map((ids) => ({ ...ids, sandboxId: `kc-${ids.instanceId.replaceAll('-', '')}` }));
const fingerprints = fc.stringMatching(/^[0-9a-f]{32}$/);
const times = fc.integer({ min: 0, max: Date.UTC(2100, 0) });

describe('the names', () => {
  it('are allowed, are their own ids, and are always the same', () => {
    fc.assert(
      fc.property(prefixes, instances, (prefix, tags) => {
        const named = nameNorthflankResources(prefix, tags);
        expect(nameNorthflankResources(prefix, { ...tags })).toEqual(named);
        for (const [key, name] of Object.entries(named)) {
          expect(name).toMatch(NAME);
          expect(String(name).toLowerCase()).toBe(name);
          expect(String(name).length).toBeLessThanOrEqual(key === 'serviceName' ? 54 : 39);
          expect(String(name).length).toBeGreaterThanOrEqual(3);
        }
      }),
    );
  });

  it('of a volume tell the instance, to its own fleet alone', () => {
    fc.assert(
      fc.property(instances, fc.uuid(), (tags, otherFleetId) => {
        fc.pre(otherFleetId !== tags.fleetId);
        const name = volumeNameOf(tags);
        expect(instanceOfVolumeName(name, tags.fleetId)).toBe(tags.instanceId.toLowerCase());
        fc.pre(volumeNameOf({ ...tags, fleetId: otherFleetId }) !== name);
        expect(instanceOfVolumeName(name, otherFleetId)).toBeNull();
      }),
    );
  });

  it('find the project before anything of it was learned', () => {
    const tags = {
      fleetId: crypto.randomUUID(),
      instanceId: crypto.randomUUID(),
      userId: 'u',
      sandboxId: 's',
    };
    const own = readNorthflankResources(nameNorthflankResources('kc', tags));
    expect(own.projectId).toBe(own.projectName);
    expect(readNorthflankResources({ ...own, projectId: 'learned' }).projectId).toBe('learned');
  });

  it('that are lost are told by what is missing, with the way out', () => {
    expect(() => readNorthflankResources({ projectName: 'kc-1', volumeName: '' })).toThrow(
      /lack or garble volumeName, serviceName: restore the instance/,
    );
  });
});

describe('the marks', () => {
  it('fit a description, and tell again whose and how', () => {
    fc.assert(
      fc.property(
        instances,
        fc.constantFrom('tier' as const, 'override' as const),
        fingerprints,
        fc.option(fc.record({ afterMs: times, askedAtMs: times })),
        (tags, sizeSource, configuration, rollout) => {
          const description = serviceMark(tags, { sizeSource, configuration, rollout });
          for (const written of [description, projectMark(tags)]) {
            expect(written.length).toBeLessThanOrEqual(DESCRIPTION_MAX_LENGTH);
            expect(written).toMatch(/^[A-Za-z0-9 _-]+$/);
            expect(belongsTo(readMark(written), tags)).toBe(true);
          }
          const mark = readMark(description);
          expect(sizeSourceOf(mark)).toBe(sizeSource);
          expect(mark[TAG.configuration]).toBe(configuration);
          expect(rolloutOf(mark)).toEqual(rollout);
          expect(readMark(projectMark(tags))[TAG.userId]).toBe(tags.userId);
        },
      ),
    );
  });

  it('of others are none of ours', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(null, '', 'kiloclaw')), instances, (text, tags) => {
        expect(belongsTo(readMark(text), tags)).toBe(false);
      }),
    );
  });

  it('in words that are not ours are none of ours', () => {
    fc.assert(
      fc.property(instances, (tags) => {
        const description = projectMark(tags);
        expect(belongsTo(readMark(description.replace('kiloclaw', 'theirs')), tags)).toBe(false);
        expect(belongsTo(readMark(`a ${description}`), tags)).toBe(false);
      }),
    );
  });

  it('of another instance, or of the same one in another fleet, are none of ours', () => {
    fc.assert(
      fc.property(instances, instances, (tags, other) => {
        fc.pre(tags.fleetId !== other.fleetId && tags.instanceId !== other.instanceId);
        expect(belongsTo(readMark(projectMark(other)), tags)).toBe(false);
        expect(belongsTo(readMark(projectMark({ ...tags, fleetId: other.fleetId })), tags)).toBe(false);
      }),
    );
  });

  it('whose user has the name of a word are read all the same', () => {
    const ids = { fleetId: crypto.randomUUID(), instanceId: crypto.randomUUID(), sandboxId: 's' };
    for (const userId of ['size', 'fleet', 'instance', 'user', 'kiloclaw']) {
      const mark = readMark(projectMark({ ...ids, userId }));
      expect([belongsTo(mark, { ...ids, userId }), mark[TAG.userId], sizeSourceOf(mark)]).toEqual([
        true,
        userId,
        null,
      ]);
    }
  });
});
