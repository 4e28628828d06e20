import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAG } from '../tags.ts';
import {
  mountedVolumeIdOf,
  resizedMachineConfig,
  servicePortOf,
  updatedMachineConfig,
} from './machine-config.ts';
import { FLEET, MACHINE, PERF_4_8 } from './testing/harness.ts';

const TAGS = {
  fleetId: FLEET,
  instanceId: '0190a7c4-1111-7000-8000-000000000001',
  userId: 'user-1',
  sandboxId: 'kc-1',
};

describe('updatedMachineConfig', () => {
  it('drops what would contradict the new size, and keeps the rest of the guest', () => {
    const guest = { cpu_kind: 'shared', cpus: 1, memory_mb: 256, max_memory_mb: 512, kernel_args: ['quiet'] };
    const updated = updatedMachineConfig({ size: 'shared-cpu-1x', guest }, TAGS, 'vol_1', {
      ...MACHINE,
      size: PERF_4_8,
    });
    expect(updated).not.toHaveProperty('size');
    expect(updated.guest).toEqual({ ...PERF_4_8, kernel_args: ['quiet'] });
  });

  it.each([
    {},
    { guest: null, mounts: null, metadata: null },
    { guest: 'x', mounts: [7], metadata: undefined },
  ])('makes a whole one of %j', (current) => {
    const updated = updatedMachineConfig({ guest: undefined, ...current }, TAGS, 'vol_1', MACHINE);
    expect(updated).toMatchObject({ guest: MACHINE.size, mounts: [{ volume: 'vol_1', path: '/data' }] });
    expect(servicePortOf(updated)).toBe(8080);
  });
});

describe('resizedMachineConfig', () => {
  it('keeps the services, and lets Fly’s proxy wake none of them', () => {
    const services = [
      { internal_port: 8080, autostart: true, autostop: 'suspend', ports: [{ port: 80 }] },
      { internal_port: 22 },
    ];
    const resized = resizedMachineConfig({ services }, { size: PERF_4_8, sizeSource: 'tier' });
    expect(resized).toMatchObject({
      services: [
        { internal_port: 8080, autostart: false, autostop: 'off', ports: [{ port: 80 }] },
        { internal_port: 22, autostart: false, autostop: 'off' },
      ],
    });
  });

  it('replaces the size and the tag of its source, and nothing else, whatever there is', () => {
    const keys = fc
      .string()
      .filter((key) => !['size', 'guest', 'metadata', 'services', '__proto__'].includes(key));
    const guestKeys = fc
      .string()
      .filter((key) => !['cpus', 'cpu_kind', 'memory_mb', 'max_memory_mb', '__proto__'].includes(key));
    const tags = fc.dictionary(
      fc.string().filter((key) => key !== TAG.sizeSource && key !== '__proto__'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.jsonValue()),
        fc.dictionary(guestKeys, fc.jsonValue()),
        tags,
        (kept, keptGuest, metadata) => {
          const current = {
            ...kept,
            size: 'shared-cpu-1x',
            guest: { ...keptGuest, cpus: 1, memory_mb: 256, max_memory_mb: 512 },
            metadata: { ...metadata, [TAG.sizeSource]: 'tier' },
          };
          expect(resizedMachineConfig(current, { size: PERF_4_8, sizeSource: 'override' })).toEqual({
            ...kept,
            guest: { ...keptGuest, ...PERF_4_8 },
            metadata: { ...metadata, [TAG.sizeSource]: 'override' },
          });
        },
      ),
    );
  });
});

it.each([undefined, null, [], [{}], [{ volume: 7 }], [{ volume: '' }], { 0: { volume: 'vol_1' } }, 'x'])(
  'mounts that are %j lead to no volume',
  (mounts) => expect(mountedVolumeIdOf({ mounts })).toBeNull(),
);

it.each([undefined, null, [], [{}], [{ internal_port: '8080' }], [{ internal_port: 1.5 }], 'x'])(
  'services that are %j lead to no port',
  (services) => expect(servicePortOf({ services })).toBeNull(),
);
