import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  newAppId,
  newLeaseNonce,
  newMachineId,
  newMachineName,
  newPrivateIp,
  newSnapshotId,
  newUlid,
  newVolumeId,
  zoneOf,
} from './ids.ts';

const SAMPLES = 200;

function samples(make: () => string): string[] {
  return Array.from({ length: SAMPLES }, make);
}

describe('ids', () => {
  it.each([
    ['machine id', newMachineId, /^[0-9a-f]{14}$/],
    ['version', () => newUlid(1_700_000_000_000), /^[0-9A-HJKMNP-TV-Z]{26}$/],
    ['volume id', newVolumeId, /^vol_[0-9a-z]{16}$/],
    ['app id', newAppId, /^[0-9a-z]{16}$/],
    ['machine name', newMachineName, /^[a-z0-9-]{1,63}$/],
    ['private ip', newPrivateIp, /^fdaa(:[0-9a-f]{1,4}){7}$/],
    ['lease nonce', newLeaseNonce, /^[0-9a-f]{12}$/],
    ['snapshot id', newSnapshotId, /^vs_[0-9a-z]{22}$/],
    ['zone', () => zoneOf('iad-1'), /^[0-9a-f]{4}$/],
  ] as const)('a %s has the documented shape and does not repeat in its long forms', (_name, make, shape) => {
    const made = samples(make);
    for (const id of made) expect(id).toMatch(shape);
    if (made[0] !== undefined && made[0].length > 8) expect(new Set(made).size).toBe(SAMPLES);
  });

  it('versions sort by their time', () => {
    const timeMs = fc.integer({ min: 0, max: 2 ** 47 });
    fc.assert(
      fc.property(timeMs, timeMs, (oneMs, otherMs) => {
        fc.pre(oneMs < otherMs);
        expect(newUlid(oneMs) < newUlid(otherMs)).toBe(true);
      }),
    );
  });
});
