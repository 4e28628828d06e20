import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appNameOf,
  copyNameOf,
  instanceOfVolumeName,
  isAppName,
  isVolumeNameOf,
  nameFlyResources,
  readFlyResources,
  volumeNameOf,
} from './names.ts';

const LONGEST_PREFIX = 'a23456789-123456789-1';
const TAGS = {
  fleetId: '0190a7c4-0000-7000-8000-000000000001',
  instanceId: '0190a7c4-1111-7000-8000-000000000001',
  userId: 'user-1',
  sandboxId: 'kc-1',
};

describe('names', () => {
  it('stay as they are: resources are found by them for years', () => {
    expect(nameFlyResources('kc', TAGS)).toMatchInlineSnapshot(`
      {
        "appName": "kc-a1b4cdeb384c1c0d014b",
        "machineName": "kc-a1b4cdeb384c1c0d014b",
        "volumeName": "kf9mr03c2xdqo1a9tnv0tq5yglv4zl",
      }
    `);
  });

  it('keep to Fly’s limits and tell instances and fleets apart', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.uuid(), (fleetId, instanceId, other) => {
        fc.pre(instanceId !== other);
        const app = appNameOf(LONGEST_PREFIX, instanceId);
        expect(app).toMatch(/^[a-z][a-z0-9-]{0,62}$/);
        expect(isAppName(LONGEST_PREFIX, app)).toBe(true);
        expect(app).not.toBe(appNameOf(LONGEST_PREFIX, other));
        const volume = volumeNameOf({ fleetId, instanceId });
        expect(volume).toMatch(/^[a-z][a-z0-9_]{0,29}$/);
        expect(instanceOfVolumeName(volume, fleetId)).toBe(instanceId);
        expect(volume).not.toBe(volumeNameOf({ fleetId, instanceId: other }));
      }),
    );
  });

  it('of copies are as many as there are letters, all of the same instance', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.uuid(), (fleetId, instanceId, other) => {
        fc.pre(instanceId !== other);
        const first = volumeNameOf({ fleetId, instanceId });
        const names = [first];
        for (let copy = 1; copy < 26; copy += 1) names.push(copyNameOf(names.at(-1) ?? ''));
        expect(new Set(names).size).toBe(26);
        expect(copyNameOf(names.at(-1) ?? '')).toBe(first);
        for (const name of names) {
          expect(name).toMatch(/^[a-z][a-z0-9_]{29}$/);
          expect(instanceOfVolumeName(name, fleetId)).toBe(instanceId);
          expect(isVolumeNameOf(first, name)).toBe(true);
          expect(isVolumeNameOf(volumeNameOf({ fleetId, instanceId: other }), name)).toBe(false);
        }
      }),
    );
  });

  it.each([null, '', 'data', '0f9mr03c2xdqo1a9tnv0tq5yglv4zl', 'kf9mr03c2xdqo1a9tnv0tq5yglv4z'])(
    '%j is not the name of this instance’s volume',
    (name) => expect(isVolumeNameOf(volumeNameOf(TAGS), name)).toBe(false),
  );

  it('of another fleet’s volume are not read', () => {
    const name = volumeNameOf(TAGS);
    expect(instanceOfVolumeName(name, '0190a7c4-0000-7000-8000-000000000002')).toBeNull();
  });

  it.each([
    '',
    'data',
    'kiloclaw_data',
    `${volumeNameOf(TAGS)}0`,
    `${volumeNameOf(TAGS).slice(0, 5)}${'z'.repeat(25)}`,
  ])('"%s" is no volume of an instance', (name) =>
    expect(instanceOfVolumeName(name, TAGS.fleetId)).toBeNull(),
  );

  it.each([
    'kc-web',
    'kc',
    'kcx-0123456789abcdef0123',
    'kc-0123456789ABCDEF0123',
    'kc-0123456789abcdef01234',
  ])('"%s" is no app of an instance', (name) => expect(isAppName('kc', name)).toBe(false));

  it('are not made of an id that is no UUID', () => {
    expect(() => volumeNameOf({ ...TAGS, instanceId: 'one' })).toThrow(/UUID/);
  });
});

describe('readFlyResources', () => {
  it('reads what is not known yet as null, and leaves unknown keys aside', () => {
    const named = nameFlyResources('kc', TAGS);
    expect(readFlyResources({ ...named, retired: 'x' })).toEqual({
      ...named,
      volumeId: null,
      machineId: null,
      machineVersion: null,
      region: null,
      appEnsuredAtMs: null,
      retiredVolumeIds: [],
      volumeUsedAtMs: null,
      leaseNonce: null,
      leaseExpiresAtMs: null,
    });
  });

  it('refuses a record without names, and names the fields', () => {
    expect(() => readFlyResources({ volumeName: 7 })).toThrow(/appName, volumeName, machineName/);
  });
});
